import { defaultRetryPolicy } from '@later/job-schema';
import { gate, eventually, startProviderStub, startRecordingServer, type ProviderStub } from '@later/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { ProviderClient } from '../provider/provider-client.js';
import { ProviderDirectory } from './provider-directory.js';

const figlet = { name: 'figlet', namespace: 'openfaas-fn' };

let stub: ProviderStub;
let client: ProviderClient;
let directory: ProviderDirectory;
let logged: string[];

const directoryOf = (of: ProviderClient): ProviderDirectory => {
  const log = (_: unknown, message?: string): void => void logged.push(message ?? String(_));
  return new ProviderDirectory(of, { info: log, warn: log });
};

const clientOf = ({ url, user, password }: Pick<ProviderStub, 'url' | 'user' | 'password'>): ProviderClient =>
  new ProviderClient({
    url: new URL(url),
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  });

beforeEach(async () => {
  logged = [];
  stub = await startProviderStub();
  client = clientOf(stub);
  directory = directoryOf(client);
});

afterEach(async () => {
  await client.close();
  await stub.close();
});

const asked = (method: string, path = ''): number =>
  stub.requests.filter((each) => each.startsWith(`${method} /system/${path}`)).length;

describe('a known function', () => {
  test('has everything that a call needs', async () => {
    stub.deploy({
      service: 'figlet',
      labels: { team: 'print' },
      annotations: { 'com.openfaas.retry.attempts': '3' },
      envVars: { exec_timeout: '5' },
    });
    expect(await directory.find(figlet)).toMatchObject({
      ...figlet,
      upstream: new URL(`${stub.url}/function/figlet.openfaas-fn`),
      labels: { team: 'print' },
      environment: { exec_timeout: '5' },
      retryPolicy: { ...defaultRetryPolicy, maxAttempts: 3 },
      timeoutMs: 5_000,
    });
    expect(await directory.find({ ...figlet, namespace: 'staging' })).toBeUndefined();
  });

  test('is called directly at its own upstream, or through the provider when `max_inflight` limits it', async () => {
    const annotations = { 'later.dev/upstream': 'http://127.0.0.1:9/figlet' };
    stub.deploy({ service: 'figlet', annotations });
    stub.deploy({ service: 'counted', annotations, envVars: { max_inflight: '5' } });
    expect((await directory.find(figlet))?.upstream.href).toBe('http://127.0.0.1:9/figlet');
    expect((await directory.find({ ...figlet, name: 'counted' }))?.upstream.href).toContain(stub.url);
  });

  test('is looked up once for a hundred calls at the same time', async () => {
    stub.deploy({ service: 'figlet' });
    const found = await Promise.all(Array.from({ length: 100 }, () => directory.find(figlet)));
    expect(new Set(found).size).toBe(1);
    expect(asked('GET')).toBe(1);
  });

  test('logs one warning about unreadable settings, and another when they change', async () => {
    const annotations = { 'com.openfaas.retry.attempts': 'many' };
    const find = async (): Promise<void> => {
      directory.expire(figlet);
      await directory.find(figlet);
    };
    stub.deploy({ service: 'figlet', annotations });
    await find();
    await find();
    expect(logged).toHaveLength(1);
    stub.deploy({ service: 'figlet', annotations, envVars: { exec_timeout: 'soon' } });
    await find();
    expect(logged).toHaveLength(2);
    expect(logged[1]).toContain('exec_timeout');
  });
});

test('the names "." and ".." are no functions, and the provider is not asked', async () => {
  for (const name of ['.', '..']) expect(await directory.find({ name, namespace: 'x' })).toBeUndefined();
  expect(stub.requests).toEqual([]);
});

describe('a change by another gateway', () => {
  /** Calls `find` until `isNew`; within a second of the change, an old answer is allowed. */
  async function seenWithinASecond(isNew: (fn: Awaited<ReturnType<ProviderDirectory['find']>>) => boolean) {
    const changedAt = performance.now();
    await eventually(async () => {
      const askedAt = performance.now();
      if (isNew(await directory.find(figlet))) return true;
      expect(askedAt - changedAt).toBeLessThanOrEqual(1_000);
      return false;
    });
  }

  test('is seen within a second: deployed, changed, removed', async () => {
    expect(await directory.find(figlet)).toBeUndefined();
    stub.deploy({ service: 'figlet' });
    await seenWithinASecond((fn) => fn !== undefined);
    stub.deploy({ service: 'figlet', labels: { version: '2' } });
    await seenWithinASecond((fn) => fn?.labels['version'] === '2');
    stub.remove('figlet');
    await seenWithinASecond((fn) => fn === undefined);
  });
});

describe('a change by this gateway', () => {
  test('is seen at once', async () => {
    expect(await directory.find(figlet)).toBeUndefined();
    stub.deploy({ service: 'figlet' });
    directory.expire(figlet);
    expect(await directory.find(figlet)).toBeDefined();
    stub.deploy({ service: 'figlet', labels: { version: '2' } });
    directory.expire(figlet);
    expect((await directory.find(figlet))?.labels).toEqual({ version: '2' });
    stub.remove('figlet');
    directory.forget(figlet);
    expect(await directory.find(figlet)).toBeUndefined();
    stub.deploy({ service: 'figlet' });
    directory.expireAll();
    expect(await directory.find(figlet)).toBeDefined();
  });

  test('wins over a lookup that was already in flight', async () => {
    const late = gate();
    let asking = 0;
    const slow = await startRecordingServer(async (_, response) => {
      const version = String(++asking);
      if (version === '1') await late.opened;
      response.end(JSON.stringify({ name: 'figlet', image: 'x', labels: { version } }));
    });
    const slowClient = new ProviderClient({ url: new URL(slow.url) });
    const behind = directoryOf(slowClient);
    const before = behind.find(figlet);
    await eventually(() => asking === 1);
    behind.expire(figlet);
    expect((await behind.find(figlet))?.labels).toEqual({ version: '2' });
    late.open();
    expect((await before)?.labels, 'asked before the change').toEqual({ version: '1' });
    expect((await behind.find(figlet))?.labels).toEqual({ version: '2' });
    await slowClient.close();
    await slow.close();
  });
});

test('a change of a namespace expires every function, also one whose lookup is in flight', async () => {
  const names = ['a', 'b', 'c'].map((name) => ({ ...figlet, name }));
  for (const { name } of names) stub.deploy({ service: name });
  for (const name of names) await directory.find(name);
  directory.expire(names[1]!);
  const held = stub.hold();
  const inFlight = directory.find(names[1]!);
  directory.expireAll();
  held.open();
  await inFlight;
  for (const { name } of names) stub.deploy({ service: name, labels: { version: '2' } });
  for (const name of names) expect((await directory.find(name))?.labels).toEqual({ version: '2' });
});

describe('while the provider is away', () => {
  test('a known function is served as last known, an unknown name is an error, and the log says so once', async () => {
    stub.deploy({ service: 'figlet' });
    await directory.find(figlet);
    await stub.kill();
    directory.expire(figlet);
    await expect(directory.find({ ...figlet, name: 'other' })).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' });
    await expect(directory.find({ ...figlet, name: 'other' })).rejects.toThrow(`${stub.url} cannot be reached`);
    expect(await directory.find(figlet)).toMatchObject(figlet);
    expect(logged).toEqual([expect.stringContaining('away') as string]);

    await stub.restart();
    stub.deploy({ service: 'figlet', labels: { version: '2' } });
    await eventually(async () => (await directory.find(figlet))?.labels['version'] === '2');
    expect(logged).toHaveLength(2);
    expect(logged[1]).toContain('back');
  });

  test('calls of a known function wait for at most one lookup of a frozen provider', async () => {
    stub.deploy({ service: 'figlet' });
    await directory.find(figlet);
    const frozen = stub.hold();
    directory.expire(figlet);
    expect(await directory.find(figlet)).toMatchObject(figlet);
    const lookups = asked('GET');
    // The failure counts for as long as the failed lookup took: these calls are answered from memory.
    for (let call = 0; call < 1_000; call += 1) expect(await directory.find(figlet)).toMatchObject(figlet);
    expect(asked('GET') - lookups).toBeLessThanOrEqual(1);
    frozen.open();
  });

  test('a provider that refuses the credentials is an error that names BASIC_AUTH_PASSWORD', async () => {
    const stranger = clientOf({ ...stub, password: 'wrong' });
    const unwelcome = directoryOf(stranger);
    await expect(unwelcome.find(figlet)).rejects.toThrow(/401.*BASIC_AUTH_PASSWORD/);
    await expect(unwelcome.find(figlet)).rejects.toThrow('401');
    expect(logged).toHaveLength(1);
    await stranger.close();
  });

  test('a server that is no provider is an error that names PROVIDER_URL', async () => {
    const page = await startRecordingServer((_, response) => void response.end('<html>'));
    const misled = new ProviderClient({ url: new URL(page.url) });
    await expect(directoryOf(misled).find(figlet)).rejects.toThrow(/cannot be read.*PROVIDER_URL/);
    await misled.close();
    await page.close();
  });
});

describe('a function with zero instances', () => {
  const asleep = (labels = {}): void => {
    stub.deploy({ service: 'figlet', labels: { 'com.openfaas.scale.min': '0', ...labels } });
  };

  test('stays asleep when it is looked up', async () => {
    asleep();
    expect(await directory.find(figlet)).toHaveProperty('wake');
    expect(asked('POST')).toBe(0);
  });

  test('is woken once by a hundred calls, which wait until it can be called', async () => {
    asleep();
    const fn = (await directory.find(figlet))!;
    await Promise.all(Array.from({ length: 100 }, () => fn.wake!()));
    expect(asked('POST', 'scale-function/')).toBe(1);
    expect(stub.functions.get('figlet.openfaas-fn')).toMatchObject({ replicas: 1, availableReplicas: 1 });
    expect(await directory.find(figlet)).not.toHaveProperty('wake');
    expect(await fetch(fn.upstream).then((answer) => answer.status)).toBe(200);
  });

  test('is not scaled when the provider wakes functions itself', async () => {
    const ours = await startProviderStub({ provider: 'later' });
    const ourClient = clientOf(ours);
    ours.deploy({ service: 'figlet', labels: { 'com.openfaas.scale.min': '0' } });
    const fn = (await directoryOf(ourClient).find(figlet))!;
    await fn.wake!();
    expect(ours.requests.some((each) => each.startsWith('POST'))).toBe(false);
    await ourClient.close();
    await ours.close();
  });

  test('is scaled to its `com.openfaas.scale.min`', async () => {
    asleep();
    const fn = (await directory.find(figlet))!;
    const deployed = stub.deploy({ service: 'figlet', labels: { 'com.openfaas.scale.min': '3' } });
    deployed.replicas = deployed.availableReplicas = 0;
    await fn.wake!();
    expect(deployed.replicas).toBe(3);
  });

  test('is not scaled down when another gateway has already scaled it up', async () => {
    asleep();
    const fn = (await directory.find(figlet))!;
    const woken = stub.functions.get('figlet.openfaas-fn')!;
    woken.replicas = woken.availableReplicas = 5;
    await fn.wake!();
    expect(asked('POST')).toBe(0);
    expect(woken.replicas).toBe(5);
  });

  test('rejects a caller that gives up at once, and the other callers when the function is gone', async () => {
    asleep();
    const fn = (await directory.find(figlet))!;
    const held = stub.hold();
    const gaveUp = new AbortController();
    const [abandoned, waiting] = [fn.wake!(gaveUp.signal), fn.wake!()];
    gaveUp.abort(new Error('enough'));
    await expect(abandoned).rejects.toThrow('enough');
    stub.remove('figlet');
    held.open();
    await expect(waiting).rejects.toMatchObject({ code: 'FUNCTION_NOT_UP' });
  });
});

test('lists the functions of one namespace', async () => {
  stub.deploy({ service: 'figlet' });
  stub.deploy({ service: 'env', namespace: 'staging' });
  expect((await client.functions('staging')).map(({ name }) => name)).toEqual(['env']);
});
