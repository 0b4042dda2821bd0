import type { Tree } from '@nx/devkit';
import { beforeEach, expect, test } from 'vitest';

import { aWorkspace, generate } from '../testing/a-workspace.js';

let tree: Tree;
const textOf = (path: string) => tree.read(path, 'utf8');

beforeEach(async () => {
  tree = await aWorkspace();
});

test.each(['# No function yet.\n', 'version: 1.0\nfunctions:\n', 'functions: {}\n', undefined])(
  'a stack file without functions gets its first: %j',
  async (text) => {
    if (text === undefined) tree.delete('functions.yml');
    else tree.write('functions.yml', text);
    await generate(tree, 'hello');
    expect(textOf('functions.yml')).toMatch(
      /(^|\n)functions:\n {2}hello:\n {4}image: hello:latest\n {4}annotations:\n/,
    );
  },
);

test('a stack file that cannot be read is left alone', async () => {
  tree.write('functions.yml', 'functions: [\n');
  await expect(generate(tree, 'hello')).rejects.toThrow('functions.yml cannot be read: ');
  expect(textOf('functions.yml')).toBe('functions: [\n');
});
