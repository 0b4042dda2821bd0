import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, test } from 'vitest';

import { aWorkspace, generate } from '../testing/a-workspace.js';

let tree: Tree;
const textOf = (path: string) => tree.read(path, 'utf8');

beforeEach(async () => {
  tree = await aWorkspace();
});

describe('a directory', () => {
  test.each(['libs', 'libs/', './libs'])('may be another one of workspaces: %s', async (directory) => {
    await generate(tree, 'hello', { directory });
    expect(textOf('libs/hello/package.json')).toContain('vitest run --root ../.. libs/hello/');
    expect(textOf('tsconfig.json')).toContain('"libs/hello"');
  });

  test.each(['services', '..', '/tmp', 'apps/gateway'])(
    'is refused when it holds no workspaces: %s',
    async (directory) => {
      await expect(generate(tree, 'hello', { directory })).rejects.toThrow(
        `directory: "${directory}" holds no workspaces. Choose one of apps, libs, or add "`,
      );
    },
  );
});
