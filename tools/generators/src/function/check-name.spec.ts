import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, test } from 'vitest';

import { aWorkspace, generate } from '../testing/a-workspace.js';

let tree: Tree;
const textOf = (path: string) => tree.read(path, 'utf8');

beforeEach(async () => {
  tree = await aWorkspace();
});

describe('a name', () => {
  test.each(['Hello', '1st', '-x', 'x-', 'a_b', 'a.b', '../x', '', 'ō', `a${'b'.repeat(63)}`])(
    'is refused when it is none: "%s"',
    async (name) => {
      await expect(generate(tree, name)).rejects.toThrow(
        /^name: expected 1 to 63 characters of a-z, 0-9 and "-".*, received "/,
      );
    },
  );

  test.each([
    ['gateway', 'apps/gateway exists', ', or remove that folder'],
    ['test-tools', 'the package of libs/testing/package.json is called so', ''],
    ['testing', 'the package of libs/testing/package.json is called so', ''],
    ['source', 'the package of ./package.json is called so', ''],
    ['figlet', 'functions.yml has a function of that name', ', or remove its entry there'],
  ])('is refused when it is taken: "%s"', async (name, why, remedy) => {
    const message = `name: "${name}" is taken: ${why}. Choose another name${remedy}.`;
    await expect(generate(tree, name)).rejects.toThrow(message);
  });

  test.each(['later', 'nats', 'redis', 'healthz', 'readyz'])("is refused when it is Later's own: %s", async (name) => {
    await expect(generate(tree, name)).rejects.toThrow(`name: "${name}" is reserved: `);
  });

  test('that was made is taken', async () => {
    await generate(tree, 'hello');
    await expect(generate(tree, 'hello')).rejects.toThrow('name: "hello" is taken: apps/hello exists. ');
  });

  test('that is refused changes nothing', async () => {
    const before = tree.listChanges();
    await expect(generate(tree, 'figlet')).rejects.toThrow();
    expect(tree.listChanges()).toEqual(before);
  });

  // Whose identifiers would be words of the language, or what is imported.
  test.each(['delete', 'constructor', 'object', 'run', 'define', 'main', 'function-call', 'functions'])(
    'may be "%s"',
    async (name) => {
      await generate(tree, name);
      expect(textOf(`apps/${name}/src/${name}.function.ts`)).toMatch(/^export class [A-Z][A-Za-z]+Function \{$/m);
    },
  );
});
