import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { startBuiltApp } from '../testing/built-app.js';
import { ScratchWorkspace } from '../testing/scratch-workspace.js';

// Compilers and linters start without a cache here.
vi.setConfig({ testTimeout: 60_000 });

let workspace: ScratchWorkspace;
const app = 'apps/word-count';

let stackBefore: string;
const readStack = () => readFile(join(workspace.root, 'functions.yml'), 'utf8');

beforeAll(async () => {
  workspace = await ScratchWorkspace.make();
  stackBefore = await readStack();
  await workspace.run('nx', 'g', '@later/generators:function', 'word-count', '--no-install');
});
afterAll(() => workspace.remove());

test('the generator adds one entry to the stack file and changes nothing else', async () => {
  const service = await readFile(join(workspace.root, app, 'src', 'word-count.service.ts'), 'utf8');
  // The first free port; functions that were generated in this checkout before have ports already.
  const port = /listenConfig\((\d+)\)/.exec(service)?.[1];
  expect(await readStack()).toBe(`${stackBefore}
  word-count:
    image: word-count:latest
    annotations:
      later.dev/upstream: \${WORD_COUNT_URL:-http://127.0.0.1:${port}/word-count}
`);
});

test('the linter and the formatter accept the generated app', async () => {
  await workspace.run('eslint', app, '--max-warnings', '0');
  await workspace.run('prettier', '--check', app, 'functions.yml', 'tsconfig.json');
});

test('the compiler accepts the generated app and its test', async () => {
  const config = { extends: './tsconfig.check.json', include: [`${app}/src/**/*.ts`] };
  await writeFile(join(workspace.root, 'tsconfig.made.json'), JSON.stringify(config));
  await workspace.run('tsc', '-p', 'tsconfig.made.json');
});

test('the generated test passes', async () => {
  expect(await workspace.run('vitest', 'run', '--project', 'unit', app)).toContain('1 passed');
});

test('the generated app builds and answers calls', async () => {
  await workspace.run('tsc', '-b', app);
  await using running = await startBuiltApp(join(workspace.root, app, 'dist', 'main.js'));
  const answer = await fetch(`${running.url}/word-count`, { method: 'POST', body: 'Ada' });
  expect([answer.status, await answer.text()]).toEqual([200, 'Hello from word-count! You sent: Ada\n']);
  expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
});

test('a dry run changes nothing', async () => {
  const before = await readStack();
  const told = await workspace.run('nx', 'g', '@later/generators:function', 'dry', '--dry-run');
  expect(told).toContain('CREATE apps/dry/src/dry.function.ts');
  expect(existsSync(join(workspace.root, 'apps', 'dry'))).toBe(false);
  expect(await readStack()).toBe(before);
});

test('the command refuses a name that is taken and names the remedy', async () => {
  await expect(workspace.run('nx', 'g', '@later/generators:function', 'gateway')).rejects.toThrow(
    'name: "gateway" is taken: apps/gateway exists. Choose another name, or remove that folder.',
  );
});

test('--help lists every option', async () => {
  const help = await workspace.run('nx', 'g', '@later/generators:function', '--help');
  for (const option of ['--name', '--port', '--directory', '--install']) expect(help).toContain(option);
});
