import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly isSpec: boolean;
}

/** The source files of all apps, libs and tools; templates of the generators are not source. */
export function readSourceFiles(): readonly SourceFile[] {
  const excluded = ['**/node_modules/**', '**/dist/**', '**/files/**'];
  const paths = globSync('{apps,libs,tools}/**/*.{ts,tsx,mjs}', { cwd: root, exclude: excluded }).toSorted();
  return paths.map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
    isSpec: /\.spec\.\w+$/.test(path),
  }));
}

/** The folder of the package that a file belongs to: `libs/transport/nats`. */
export const packageOf = (path: string): string =>
  packageFolders.find((folder) => path.startsWith(`${folder}/`)) ?? '.';

// The longest first: `tools/docs` lies within `tools`.
const packageFolders = globSync('{apps,libs,tools}/**/package.json', {
  cwd: root,
  exclude: ['**/node_modules/**', '**/dist/**', '**/files/**'],
})
  .map((path) => dirname(path))
  .toSorted((a, b) => b.length - a.length);

/** The files that a file imports by relative path, type-only imports included. */
export function importsOf({ path, text }: SourceFile): readonly string[] {
  const relative = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, target]) => target!);
  return relative.map((target) => normalize(join(dirname(path), target)).replace(/\.js$/, '.ts'));
}
