import { joinPathFragments, readJson, type Tree } from '@nx/devkit';

/** A package of this workspace. */
export interface WorkspacePackage {
  readonly folder: string;
  /** What npm calls it. */
  readonly name: string;
  /** What Nx calls it. */
  readonly project: string;
}

const everyFolder = '/*';

const patterns = (tree: Tree): readonly string[] =>
  readJson<{ workspaces: readonly string[] }>(tree, 'package.json').workspaces;

/** The folders whose every folder may be a package. */
export const packageFolders = (tree: Tree): readonly string[] =>
  patterns(tree)
    .filter((pattern) => pattern.endsWith(everyFolder))
    .map((pattern) => pattern.slice(0, -everyFolder.length));

/** The packages there are, the root's first. */
export function packagesOf(tree: Tree): readonly WorkspacePackage[] {
  const folders = patterns(tree).flatMap((pattern) => {
    if (!pattern.endsWith(everyFolder)) return [pattern];
    const parent = pattern.slice(0, -everyFolder.length);
    return tree.children(parent).map((child) => joinPathFragments(parent, child));
  });
  return ['.', ...folders]
    .filter((folder) => tree.exists(joinPathFragments(folder, 'package.json')))
    .map((folder) => {
      const read = readJson<{ name: string; nx?: { name?: string } }>(tree, joinPathFragments(folder, 'package.json'));
      return { folder, name: read.name, project: read.nx?.name ?? read.name };
    });
}
