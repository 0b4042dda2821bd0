import { formatFiles, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import generateFunction, { type FunctionOptions } from '../function/generator.js';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A workspace as ours is, with little in it. */
export async function aWorkspace(): Promise<Tree> {
  const tree = createTreeWithEmptyWorkspace({ formatter: 'prettier' });
  const workspaces = ['apps/*', 'libs/*', 'tools/generators'];
  tree.write('.prettierrc', json({ singleQuote: true, printWidth: 120 }));
  tree.write('package.json', json({ name: '@later/source', version: '0.3.0', workspaces }));
  tree.write('tsconfig.json', json({ files: [], references: [{ path: 'apps/gateway' }, { path: 'libs/testing' }] }));
  tree.write('apps/gateway/package.json', json({ name: '@later/gateway', nx: { name: 'gateway' } }));
  tree.write('apps/gateway/src/gateway.ts', 'const config = { listen: listenConfig(8080) };\n');
  tree.write('libs/testing/package.json', json({ name: '@later/testing', nx: { name: 'test-tools' } }));
  tree.write('libs/function-kit/package.json', json({ dependencies: { '@nestjs/common': '^12.5.1' } }));
  tree.write('functions.yml', stack);
  await formatFiles(tree);
  return tree;
}

/** Its stack file, written in ways that are to be kept. */
export const stack = `# The functions there are.
functions:
  # Of the lab.
  figlet:
    image: figlet:latest # by hand
    annotations: { topic: 'text' }

  quiet: {}
`;

/** Makes the files of a function; what would come after them is not done. */
export async function generate(tree: Tree, name: string, options: Partial<FunctionOptions> = {}): Promise<void> {
  await generateFunction(tree, { name, directory: 'apps', install: false, ...options });
}
