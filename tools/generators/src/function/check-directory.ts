import { joinPathFragments, type Tree } from '@nx/devkit';

import { packageFolders } from './workspace.js';

/**
 * The folder without what does not matter in its spelling.
 * @throws when what is made there would be no workspace, of which npm, Nx and the compiler would know nothing
 */
export function checkDirectory(tree: Tree, given: string): string {
  const directory = joinPathFragments(given).replace(/\/$/, '');
  const known = packageFolders(tree);
  if (known.includes(directory)) return directory;
  throw new Error(
    `directory: "${given}" holds no workspaces. Choose one of ${known.join(', ')}, or add "${directory}/*" to ` +
      `"workspaces" in package.json, and to what tsconfig.check.json and vitest.config.ts include.`,
  );
}
