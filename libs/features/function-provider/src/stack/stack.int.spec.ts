import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLogger } from '@later/service-kit';
import { eventually } from '@later/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { upstreamRuntime } from '@later/runtime-upstream';

import { functionProviderConfig } from '../function-provider-config.js';
import { openProvider, type OpenProvider } from '../open-provider.js';
import { followStackFile } from './follow-stack-file.js';
import { readStackFile } from './read-stack-file.js';

const log = createLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'json' });
let told: string[];
let folder: string;
let file: string;
let provider: OpenProvider;
let unfollow: (() => Promise<void>) | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-stack-'));
  file = join(folder, 'functions.yml');
  told = [];
  provider = await openProvider({
    config: functionProviderConfig.parse({ DATA_DIR: folder }),
    runtimes: { process: upstreamRuntime, container: upstreamRuntime, upstream: upstreamRuntime },
    log,
  });
});
afterEach(async () => {
  await unfollow?.();
  unfollow = undefined;
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

const stack = (functions: string): string => `
version: 1.0
provider:
  name: openfaas
  gateway: http://127.0.0.1:8080
functions:
${functions}`;

const figlet = `
  figlet:
    lang: dockerfile
    handler: ./figlet
    image: ghcr.io/openfaas/figlet:\${TAG:-latest}
    fprocess: figlet
    environment:
      write_debug: true
      retries: 3
    labels:
      com.openfaas.scale.min: 1
    annotations:
      later.dev/upstream: \${FUNCTIONS_URL}/figlet
    limits:
      memory: 128Mi
    readonly_root_filesystem: true
`;

const variables = { FUNCTIONS_URL: 'http://127.0.0.1:9' };

const follow = async (): Promise<void> =>
  void (unfollow = await followStackFile(provider.functions, { path: file, variables }, toldOf()));

/** Keeps what is told of as an error. */
const toldOf = () => Object.assign(log.child({}), { error: (_fields: unknown, message: string) => told.push(message) });

const deployed = () => [...provider.functions.all()].map(({ deployment }) => deployment.service).toSorted();

test('reads a stack file as faas-cli does', async () => {
  await writeFile(file, stack(figlet));
  expect(await readStackFile(file, variables)).toEqual([
    expect.objectContaining({
      service: 'figlet',
      namespace: 'openfaas-fn',
      image: 'ghcr.io/openfaas/figlet:latest',
      envProcess: 'figlet',
      envVars: { write_debug: 'true', retries: '3' },
      labels: { 'com.openfaas.scale.min': '1' },
      annotations: { 'later.dev/upstream': 'http://127.0.0.1:9/figlet' },
      limits: { memory: '128Mi' },
      readOnlyRootFilesystem: true,
    }),
  ]);
});

test('names every fault of a file', async () => {
  await writeFile(
    file,
    stack('  bad name: { image: x }\n  a: { image: x, enviroment: {} }\n  b: { fprocess: "${NOWHERE}" }'),
  );
  const reading = readStackFile(file, variables);
  await expect(reading).rejects.toThrow('${NOWHERE}: not set in the environment');
  await expect(reading).rejects.toThrow('bad name');
  await expect(reading).rejects.toThrow('enviroment');
  await expect(reading).rejects.toThrow('functions.b.image');
  await writeFile(file, stack('  c:\n    image: x\n    environment: { exec_timeout: soon }'));
  await expect(readStackFile(file, variables)).rejects.toThrow('functions.c.environment.exec_timeout: expected');
  await writeFile(file, 'functions: [');
  await expect(readStackFile(file, variables)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
});

test('follows a change of the file: deploys what is new, updates what changed, removes what is gone', async () => {
  await provider.functions.deploy((await readOne('  by-hand: { image: x }'))!);
  await writeFile(file, stack(`${figlet}  other: { image: x }\n`));
  await follow();
  expect(deployed()).toEqual(['by-hand', 'figlet', 'other']);
  const before = provider.functions.status({ name: 'figlet', namespace: 'openfaas-fn' });

  await writeFile(file, stack(`${figlet}  third: { image: y }\n`));
  await eventually(() => deployed().join() === 'by-hand,figlet,third');
  expect(provider.functions.status({ name: 'figlet', namespace: 'openfaas-fn' })).toEqual(before);

  await writeFile(file, 'functions: [');
  await writeFile(file, stack(`${figlet}  third: { image: z }\n`));
  await eventually(() => provider.functions.status({ name: 'third', namespace: 'openfaas-fn' }).image === 'z');
  expect(deployed()).toEqual(['by-hand', 'figlet', 'third']);
});

test('a file that is not there is followed once it is', async () => {
  await follow();
  expect(deployed()).toEqual([]);
  await writeFile(file, stack(figlet));
  await eventually(() => deployed().join() === 'figlet');
});

test('a file that is emptied before it is written takes no function along', async () => {
  await writeFile(file, stack(figlet));
  await follow();
  await writeFile(file, '\n');
  expect(await readStackFile(file, variables)).toBeUndefined();
});

test('what stands in the place of the file and cannot be followed is told of, and followed once it can', async () => {
  await writeFile(file, stack(figlet));
  await follow();
  await rm(file);
  await symlink(file, file);
  await eventually(() => told.includes('Cannot follow the stack file'));
  await rm(file);
  await writeFile(file, stack('  other: { image: x }'));
  await eventually(() => deployed().join() === 'other');
});

test('a function whose secret is not there yet keeps no other from being deployed, and is once it is there', async () => {
  await writeFile(file, stack(`${figlet}  keyless: { image: x, fprocess: cat, secrets: [no-such] }\n`));
  await follow();
  expect(deployed()).toEqual(['figlet']);
  await provider.state.putSecret({ name: 'no-such', namespace: 'openfaas-fn' }, Buffer.from('x'));
  await eventually(() => deployed().join() === 'figlet,keyless');
});

async function readOne(functions: string) {
  const path = join(folder, 'one.yml');
  await writeFile(path, stack(functions));
  return (await readStackFile(path, variables))?.[0];
}
