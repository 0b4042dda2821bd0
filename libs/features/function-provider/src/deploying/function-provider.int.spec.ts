import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { FunctionAddress } from '@later/job-schema';
import { deployment, type Deployment } from '@later/function-schema';
import { createLogger } from '@later/service-kit';
import { eventually, gate } from '@later/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FunctionLogs } from '@later/function-logs';
import type { InstanceCall } from '@later/runtime-contract';

import { ScriptedRuntime } from '../instances/testing/scripted-runtime.js';
import { Runtimes } from '../runtimes/runtimes.js';
import { ProviderState } from '../state/provider-state.js';
import { FunctionProvider } from './function-provider.js';
import { NamespaceStore } from './namespace-store.js';
import { SecretStore } from './secret-store.js';

const log = createLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'json' });
const dev = { name: 'dev', labels: {}, annotations: {} };
const figlet = { name: 'figlet', namespace: 'openfaas-fn' };

let folder: string;
let runtime: ScriptedRuntime;
let state: ProviderState;
let logs: FunctionLogs;
let functions: FunctionProvider;
let namespaces: NamespaceStore;
let secrets: SecretStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-deploying-'));
  runtime = new ScriptedRuntime();
  state = await ProviderState.open(folder);
  logs = new FunctionLogs({ folder: join(folder, 'logs'), log });
  const runtimes = new Runtimes(
    { process: () => runtime, container: () => runtime, upstream: () => runtime },
    'process',
  );
  functions = new FunctionProvider({ state, runtimes, logs, log, timeoutMs: 60_000 });
  namespaces = new NamespaceStore(state, functions);
  secrets = new SecretStore(state);
});
afterEach(async () => {
  await functions.close();
  await logs.close();
  expect(runtime.running, 'every started instance was stopped').toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

const aDeployment = (given: Partial<Deployment> = {}): Deployment =>
  deployment.parse({ service: 'figlet', image: 'alpine', ...given });

const outcomes = async (changes: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(changes)).map(({ status }) => status);

async function textsOf(address: FunctionAddress): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const { text } of logs.read({ address, signal: new AbortController().signal })) texts.push(text);
  return texts;
}

test('no function runs on that was deployed while its namespace was removed', async () => {
  const deploy = (service: string) => functions.deploy(aDeployment({ service, namespace: 'dev' }));
  for (let round = 0; round < 5; round++) {
    await namespaces.create(dev);
    await Promise.all(['a', 'b', 'c'].map(deploy));
    const removed = namespaces.remove('dev');
    const refused = await Promise.allSettled(['c', 'd', 'e', 'f'].map(deploy));
    await removed;
    for (const each of refused) {
      if (each.status === 'rejected') expect(String(each.reason)).toContain('namespace: there is no namespace "dev"');
    }
  }
  await eventually(() => runtime.running.length === 0);
  expect([...functions.all()]).toEqual([]);
});

test('a namespace created again during its removal exists after a restart, and is created once', async () => {
  await namespaces.create(dev);
  const removed = namespaces.remove('dev');
  const made = [namespaces.create(dev), namespaces.create(dev)];
  expect(await outcomes([removed, ...made])).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect((await ProviderState.open(folder)).namespace('dev')).toEqual(dev);
  expect(await outcomes([namespaces.remove('dev'), namespaces.update(dev)])).toEqual(['fulfilled', 'rejected']);
  expect((await ProviderState.open(folder)).namespace('dev')).toBeUndefined();
});

test('a secret cannot be removed while a function that uses it is being deployed', async () => {
  const key = { name: 'api-key', namespace: 'openfaas-fn' };
  await secrets.create({ ...key, bytes: Buffer.from('x') });
  const deploying = functions.deploy(aDeployment({ secrets: ['api-key'] }));
  expect(await outcomes([secrets.remove(key), deploying])).toEqual(['rejected', 'fulfilled']);
  await functions.remove(figlet);
  const removing = secrets.remove(key);
  expect(await outcomes([functions.deploy(aDeployment({ secrets: ['api-key'] })), removing])).toEqual([
    'rejected',
    'fulfilled',
  ]);
});

test('scaling from an outdated number fails and keeps the newer number', async () => {
  await functions.deploy(aDeployment());
  await functions.scale(figlet, 3);
  await expect(functions.scale(figlet, 0, { from: 1 })).rejects.toThrow('scaled to 3 in the meantime');
  expect(functions.status(figlet).replicas).toBe(3);
});

test('a waiting call starts the function again after it was scaled to zero', async () => {
  const never = gate();
  runtime.start$ = () => never.opened;
  await functions.deploy(aDeployment());
  const call = {} as InstanceCall;
  const answered = functions.dispatch(figlet, call, new AbortController().signal);
  runtime.start$ = async () => undefined;
  await functions.scale(figlet, 0);
  await eventually(() => runtime.running[0]?.calls.length === 1);
  runtime.running[0]!.answerAll();
  expect(await answered).toBeUndefined();
  never.open();
});

test('a new function starts with an empty log although a removed one of the same name still prints', async () => {
  await functions.deploy(aDeployment());
  await eventually(() => runtime.running.length === 1);
  const [first] = runtime.running;
  first!.spec.log('of the first');
  const held = functions.dispatch(figlet, {} as InstanceCall, new AbortController().signal);
  await functions.remove(figlet);
  await functions.deploy(aDeployment());
  await eventually(() => runtime.running.length === 2);
  first!.spec.log('its last words');
  runtime.running[1]!.spec.log('of the second');
  expect(await textsOf(figlet)).toEqual(['of the second']);
  first!.answerAll();
  expect(await held).toBeUndefined();
});
