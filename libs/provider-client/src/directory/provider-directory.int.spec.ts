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

describe('a function that is found', () => {
  test('has all that calling it takes', async () => {
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

  test('is called where it says it listens, unless its calls at once have to be counted', async () => {
    const annotations = { 'later.dev/upstream': 'http://127.0.0.1:9/figlet' };
    stub.deploy({ service: 'figlet', annotations });
    stub.deploy({ service: 'counted', annotations, envVars: { max_inflight: '5' } });
    expect((await directory.find(figlet))?.upstream.href).toBe('http://127.0.0.1:9/figlet');
    expect((await directory.find({ ...figlet, name: 'counted' }))?.upstream.href).toContain(stub.url);
  });

  test('is asked for once by all who want it at once', async () => {
    stub.deploy({ service: 'figlet' });
    const found = await Promise.all(Array.from({ length: 100 }, () => directory.find(figlet)));
    expect(new Set(found).size).toBe(1);
    expect(asked('GET')).toBe(1);
  });

  test('warns of settings that cannot be read once, and again when they change', async () => {
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

test('a name that stands for another path is no function, and the provider is not asked', async () => {
  for (const name of ['.', '..']) expect(await directory.find({ name, namespace: 'x' })).toBeUndefined();
  expect(stub.requests).toEqual([]);
});

describe('what somebody else changes', () => {
  /** Looks until `isNew`; an old answer may only go to who asked within a second of the change. */
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

describe('what this gateway changes', () => {
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

  test('wins over an answer that was already on its way', async () => {
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

describe('while the provider is away', () => {
  test('a known function is served as last known, an unknown one is an error, and the log says so once', async () => {
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

  test('a frozen one holds up nobody who calls what is known for longer than one look', async () => {
    stub.deploy({ service: 'figlet' });
    await directory.find(figlet);
    const frozen = stub.hold();
    directory.expire(figlet);
    expect(await directory.find(figlet)).toMatchObject(figlet);
    const looks = asked('GET');
    // That it was away holds for as long as it took to find out: all of these are answered from memory.
    for (let call = 0; call < 1_000; call += 1) expect(await directory.find(figlet)).toMatchObject(figlet);
    expect(asked('GET') - looks).toBeLessThanOrEqual(1);
    frozen.open();
  });

  test('one that refuses our credentials is told of with what to do', async () => {
    const stranger = clientOf({ ...stub, password: 'wrong' });
    const unwelcome = directoryOf(stranger);
    await expect(unwelcome.find(figlet)).rejects.toThrow(/401.*BASIC_AUTH_PASSWORD/);
    await expect(unwelcome.find(figlet)).rejects.toThrow('401');
    expect(logged).toHaveLength(1);
    await stranger.close();
  });

  test('what is no provider at all is told of', async () => {
    const page = await startRecordingServer((_, response) => void response.end('<html>'));
    const misled = new ProviderClient({ url: new URL(page.url) });
    await expect(directoryOf(misled).find(figlet)).rejects.toThrow(/cannot be read.*PROVIDER_URL/);
    await misled.close();
    await page.close();
  });
});

describe('a function at zero', () => {
  const asleep = (labels = {}): void => {
    stub.deploy({ service: 'figlet', labels: { 'com.openfaas.scale.min': '0', ...labels } });
  };

  test('is found and stays asleep', async () => {
    asleep();
    expect(await directory.find(figlet)).toHaveProperty('wake');
    expect(asked('POST')).toBe(0);
  });

  test('is brought up once by a hundred calls, which wait until it can be called', async () => {
    asleep();
    const fn = (await directory.find(figlet))!;
    await Promise.all(Array.from({ length: 100 }, () => fn.wake!()));
    expect(asked('POST', 'scale-function/')).toBe(1);
    expect(stub.functions.get('figlet.openfaas-fn')).toMatchObject({ replicas: 1, availableReplicas: 1 });
    expect(await directory.find(figlet)).not.toHaveProperty('wake');
    expect(await fetch(fn.upstream).then((answer) => answer.status)).toBe(200);
  });

  test('is left to a provider that wakes it itself', async () => {
    const ours = await startProviderStub({ provider: 'later' });
    const ourClient = clientOf(ours);
    ours.deploy({ service: 'figlet', labels: { 'com.openfaas.scale.min': '0' } });
    const fn = (await directoryOf(ourClient).find(figlet))!;
    await fn.wake!();
    expect(ours.requests.some((each) => each.startsWith('POST'))).toBe(false);
    await ourClient.close();
    await ours.close();
  });

  test('comes up with the least it is meant to have', async () => {
    asleep();
    const fn = (await directory.find(figlet))!;
    const deployed = stub.deploy({ service: 'figlet', labels: { 'com.openfaas.scale.min': '3' } });
    deployed.replicas = deployed.availableReplicas = 0;
    await fn.wake!();
    expect(deployed.replicas).toBe(3);
  });

  test('is not scaled down when another has brought it up meanwhile', async () => {
    asleep();
    const fn = (await directory.find(figlet))!;
    const woken = stub.functions.get('figlet.openfaas-fn')!;
    woken.replicas = woken.availableReplicas = 5;
    await fn.wake!();
    expect(asked('POST')).toBe(0);
    expect(woken.replicas).toBe(5);
  });

  test('is said to be gone when it is, and who gives up is let go', async () => {
    asleep();
    const fn = (await directory.find(figlet))!;
    const held = stub.hold();
    const gaveUp = new AbortController();
    const [letGo, waiting] = [fn.wake!(gaveUp.signal), fn.wake!()];
    gaveUp.abort(new Error('enough'));
    await expect(letGo).rejects.toThrow('enough');
    stub.remove('figlet');
    held.open();
    await expect(waiting).rejects.toMatchObject({ code: 'FUNCTION_NOT_UP' });
  });
});

test('the functions of a namespace are listed', async () => {
  stub.deploy({ service: 'figlet' });
  stub.deploy({ service: 'env', namespace: 'staging' });
  expect((await client.functions('staging')).map(({ name }) => name)).toEqual(['env']);
});
