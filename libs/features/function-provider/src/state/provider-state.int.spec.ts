import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deployment } from '@later/function-schema';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ProviderState } from './provider-state.js';
import type { StoredFunction } from './stored-function.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-state-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const aFunction = (service: string, namespace = 'openfaas-fn', replicas = 1): StoredFunction => ({
  deployment: deployment.parse({ service, namespace, image: 'alpine', annotations: { note: 'two\nlines' } }),
  replicas,
  revision: `${service}-1`,
  createdAt: '2026-11-22T00:00:00Z',
});

test('the state after a restart is the state before it', async () => {
  const state = await ProviderState.open(folder);
  await state.putNamespace({ name: 'dev', labels: { team: 'a' }, annotations: {} });
  await state.putFunction(aFunction('figlet'));
  await state.putFunction(aFunction('...', 'dev'));
  await state.putFunction(aFunction('gone'));
  await state.removeFunction({ name: 'gone', namespace: 'openfaas-fn' });
  await state.putSecret({ name: 'api-key', namespace: 'dev' }, Buffer.from([0, 255]));

  const again = await ProviderState.open(folder);
  expect(again.namespaces().map(({ name }) => name)).toEqual(expect.arrayContaining(['openfaas-fn', 'dev']));
  expect(again.functions('openfaas-fn')).toEqual([aFunction('figlet')]);
  expect(again.functions('dev')).toEqual([aFunction('...', 'dev')]);
  expect(again.secrets('dev')).toEqual(['api-key']);
  expect(again.secrets('openfaas-fn')).toEqual([]);
  expect(await readFile(again.secretPath({ name: 'api-key', namespace: 'dev' }))).toEqual(Buffer.from([0, 255]));
});

test('a namespace is removed with its functions', async () => {
  const state = await ProviderState.open(folder);
  await state.putNamespace({ name: 'dev', labels: {}, annotations: {} });
  await state.putFunction(aFunction('figlet', 'dev'));
  await state.removeNamespace('dev');
  await state.putNamespace({ name: 'dev', labels: {}, annotations: {} });
  expect((await ProviderState.open(folder)).functions('dev')).toEqual([]);
});

test('a half-written file of a crashed provider is deleted', async () => {
  const state = await ProviderState.open(folder);
  await state.putFunction(aFunction('figlet'));
  const functions = join(folder, 'functions', 'openfaas-fn');
  await writeFile(join(functions, 'figlet.json.1234'), '{"deploy');
  expect((await ProviderState.open(folder)).functions('openfaas-fn')).toEqual([aFunction('figlet')]);
  expect(await readdir(functions)).toEqual(['figlet.json']);
});

test('an invalid file stops the provider with an error that names it', async () => {
  const state = await ProviderState.open(folder);
  await state.putFunction(aFunction('figlet'));
  await writeFile(join(folder, 'functions', 'openfaas-fn', 'figlet.json'), 'nonsense');
  await expect(ProviderState.open(folder)).rejects.toThrow('figlet.json is not what the provider wrote');
});

test('only the user of the provider can read a secret', async () => {
  const state = await ProviderState.open(folder);
  await state.putSecret({ name: 'api-key', namespace: 'openfaas-fn' }, Buffer.from('secret'));
  const path = state.secretPath({ name: 'api-key', namespace: 'openfaas-fn' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});
