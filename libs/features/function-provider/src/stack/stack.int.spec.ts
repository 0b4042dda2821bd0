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
let errors: string[];
let folder: string;
let file: string;
let provider: OpenProvider;
let unfollow: (() => Promise<void>) | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-stack-'));
  file = join(folder, 'functions.yml');
  errors = [];
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
  void (unfollow = await followStackFile(provider.functions, { path: file, variables }, errorLog()));

/** A logger that collects the messages of errors. */
const errorLog = () =>
  Object.assign(log.child({}), { error: (_fields: unknown, message: string) => errors.push(message) });

const deployed = () => [...provider.functions.all()].map(({ deployment }) => deployment.service).toSorted();

test('a stack file is read as faas-cli reads it', async () => {
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

test('every fault of a stack file is reported with its line', async () => {
  await writeFile(
    file,
    stack('  bad name: { image: x }\n  a: { image: x, enviroment: {} }\n  b: { fprocess: "${NOWHERE}" }'),
  );
  const reading = readStackFile(file, variables);
  await expect(reading).rejects.toThrow('line 9: functions.b.fprocess: ${NOWHERE} is not set in the environment');
  await expect(reading).rejects.toThrow('line 7: functions.bad name: ');
  await expect(reading).rejects.toThrow('line 8: functions.a: Unrecognized key: "enviroment"');
  await expect(reading).rejects.toThrow('line 9: functions.b.image: ');
  await writeFile(file, stack('  c:\n    image: x\n    environment: { exec_timeout: soon }'));
  await expect(readStackFile(file, variables)).rejects.toThrow(
    'line 9: functions.c.environment.exec_timeout: expected',
  );
  await writeFile(file, 'functions: [');
  await expect(readStackFile(file, variables)).rejects.toMatchObject({ code: 'INVALID_CONFIGURATION' });
});

test('a change of the file deploys new functions, updates changed ones and removes missing ones', async () => {
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

test('a file that is created later is applied', async () => {
  await follow();
  expect(deployed()).toEqual([]);
  await writeFile(file, stack(figlet));
  await eventually(() => deployed().join() === 'figlet');
});

test('an emptied file removes no function', async () => {
  await writeFile(file, stack(figlet));
  await follow();
  await writeFile(file, '\n');
  expect(await readStackFile(file, variables)).toBeUndefined();
});

test('a path that cannot be followed is logged, and the file is applied when it can be followed', async () => {
  await writeFile(file, stack(figlet));
  await follow();
  await rm(file);
  await symlink(file, file);
  await eventually(() => errors.includes('Cannot follow the stack file'));
  await rm(file);
  await writeFile(file, stack('  other: { image: x }'));
  await eventually(() => deployed().join() === 'other');
});

test('a function with a missing secret is deployed when the secret exists, and does not delay the others', async () => {
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
