import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, test } from 'vitest';

import { aWorkspace, generate } from '../testing/a-workspace.js';

let tree: Tree;
const textOf = (path: string) => tree.read(path, 'utf8');

beforeEach(async () => {
  tree = await aWorkspace();
});

describe('a port', () => {
  const portOf = (name: string) =>
    /listenConfig\((\d+)\)/.exec(textOf(`apps/${name}/src/${name}.service.ts`) ?? '')?.[1];

  test('is the next that no other app has', async () => {
    tree.write('apps/gateway/src/other.ts', 'const config = { listen: listenConfig(8_101) };\n');
    for (const name of ['one', 'two', 'three']) await generate(tree, name);
    expect(['one', 'two', 'three'].map(portOf)).toEqual(['8100', '8102', '8103']);
  });

  test('may be chosen', async () => {
    await generate(tree, 'hello', { port: 9000 });
    expect(portOf('hello')).toBe('9000');
    expect(textOf('functions.yml')).toContain('${HELLO_URL:-http://127.0.0.1:9000/hello}');
  });

  test.each([0, -1, 65_536, 8100.5, Number.NaN])('is refused when it is none: %d', async (port) => {
    await expect(generate(tree, 'hello', { port })).rejects.toThrow(
      /^port: expected a whole number from 1 to 65535, received /,
    );
  });

  test('is refused when an app has it', async () => {
    const message = 'port: 8080 is taken: apps/gateway/src/gateway.ts listens there. Choose another, or none.';
    await expect(generate(tree, 'hello', { port: 8080 })).rejects.toThrow(message);
  });
});
