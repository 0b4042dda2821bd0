import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { installOffline } from './finish.js';

let root: string;
const app = (dependencies: object) =>
  writeFile(join(root, 'apps/hello/package.json'), JSON.stringify({ name: '@later/hello', version: '0.1.0', dependencies })); // prettier-ignore

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'later-install-'));
  await mkdir(join(root, 'apps/hello'), { recursive: true });
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'root', private: true, workspaces: ['apps/*'] }));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a new app is linked, and stands in the lockfile, without a network', async () => {
  await app({});
  expect(installOffline(root)).toBeUndefined();
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as { packages: object };
  expect(packages).toMatchObject({ 'node_modules/@later/hello': { resolved: 'apps/hello', link: true } });
  expect(await readFile(join(root, 'node_modules/@later/hello/package.json'), 'utf8')).toContain('@later/hello');
});

test('what npm lacks is told, and nothing is thrown', async () => {
  await app({ '@later/that-nobody-has': '1.0.0' });
  expect(installOffline(root)).toMatch(/npm error.*ENOTCACHED/);
});
