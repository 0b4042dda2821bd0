import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findCommand } from './find-command.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-commands-'));
  await mkdir(join(folder, 'first', 'tool'), { recursive: true });
  await mkdir(join(folder, 'second'));
  await writeFile(join(folder, 'second', 'tool'), '', { mode: 0o755 });
  await writeFile(join(folder, 'second', 'text'), '', { mode: 0o644 });
});
afterEach(() => rm(folder, { recursive: true }));

test('finds only executable files in the folders of a path', async () => {
  const path = `${folder}/first:${folder}/second:/nowhere`;
  expect(await findCommand('tool', path)).toBe(join(folder, 'second', 'tool'));
  expect(await findCommand('text', path)).toBeUndefined();
  expect(await findCommand('other', path)).toBeUndefined();
  expect(await findCommand('', path)).toBeUndefined();
});

test('a name with a slash is used as a path', async () => {
  expect(await findCommand(join(folder, 'second', 'tool'), '')).toBe(join(folder, 'second', 'tool'));
  expect(await findCommand(join(folder, 'first', 'tool'), '')).toBeUndefined();
});
