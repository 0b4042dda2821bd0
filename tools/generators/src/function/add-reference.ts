import { updateJson, type Tree } from '@nx/devkit';

interface Solution {
  readonly references: readonly { readonly path: string }[];
}

/** Lets `tsc -b` at the root build the folder too: in the order of the alphabet, so that two branches seldom clash. */
export function addReference(tree: Tree, folder: string): void {
  updateJson<Solution>(tree, 'tsconfig.json', (solution) => {
    const after = solution.references.findIndex(({ path }) => path > folder);
    const index = after < 0 ? solution.references.length : after;
    return { ...solution, references: solution.references.toSpliced(index, 0, { path: folder }) };
  });
}
