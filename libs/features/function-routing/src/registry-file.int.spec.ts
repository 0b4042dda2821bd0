import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultRetryPolicy } from '@later/job-schema';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { readRegistryFile } from './registry-file.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'later-registry-'))));
afterAll(() => rm(folder, { recursive: true }));

const read = async (yaml: string, environment = {}) => {
  const path = join(folder, 'functions.yml');
  await writeFile(path, yaml);
  return readRegistryFile(path, environment);
};

test('finds a function by name and namespace, with what calling it takes', async () => {
  const yaml = `
functions:
  figlet:
    upstream: \${BASE}/figlet
    labels: { team: print }
    annotations: { com.openfaas.retry.attempts: 3 }
    environment: { exec_timeout: 5s }
`;
  const { directory, names, warnings } = await read(yaml, { BASE: 'http://127.0.0.1:9' });
  expect([names, warnings]).toEqual([['figlet'], []]);
  expect(await directory.find({ name: 'figlet', namespace: 'openfaas-fn' })).toMatchObject({
    upstream: new URL('http://127.0.0.1:9/figlet'),
    labels: { team: 'print' },
    retryPolicy: { ...defaultRetryPolicy, maxAttempts: 3 },
    timeoutMs: 5_000,
  });
  expect(await directory.find({ name: 'figlet', namespace: 'staging' })).toBeUndefined();
});

test('names every fault of the file in one message', async () => {
  const faulty = 'functions: { "a b": { upstream: "http://x" }, figlet: { upstream: "ftp://x", colour: red } }';
  const message = await read(faulty).then(() => '', String);
  expect(message).toContain('a b');
  expect(message).toContain('functions.figlet.upstream: expected an http or https URL');
  expect(message).toContain('colour');
  await expect(read('functions: { x: { upstream: "${NOWHERE}" } }')).rejects.toThrow('${NOWHERE}: not set');
  await expect(read('functions: [')).rejects.toThrow('Invalid');
  await expect(readRegistryFile('/nowhere.yml', {})).rejects.toThrow('FUNCTIONS_FILE');
});

test('falls back to defaults for annotations that cannot be read, and warns', async () => {
  const { warnings } = await read(
    'functions: { x: { upstream: "http://x", annotations: { com.openfaas.retry.attempts: many }, environment: { exec_timeout: soon } } }',
  );
  expect(warnings).toHaveLength(2);
  expect(warnings.join()).toContain('x: com.openfaas.retry.attempts');
});
