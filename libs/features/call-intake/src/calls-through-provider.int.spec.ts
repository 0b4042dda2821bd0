import { ProviderClient, ProviderDirectory } from '@later/provider-client';
import { basicAuthorization, createLogger, serve, type Listening } from '@later/service-kit';
import { eventually, startProviderStub, type ProviderStub, type StubAnswer } from '@later/testing';
import type { Message } from '@later/transport-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { CallCounts } from './call-counts.js';
import { CallIntakeModule } from './call-intake.module.js';

const log = createLogger({ LOG_LEVEL: 'silent' });
const scaledToZero = { service: 'figlet', labels: { 'com.openfaas.scale.min': '0' } };
const figlet = { name: 'figlet', namespace: 'openfaas-fn' };

let stub: ProviderStub;
let provider: ProviderClient;
let gateway: Listening;
let counts: CallCounts;
let published: Message[];
let functionAnswers: StubAnswer;

beforeEach(async () => {
  published = [];
  counts = new CallCounts();
  functionAnswers = ({ name, path, body, response }) => void response.end(`${name} ${path} ${body.toString()}`);
  stub = await startProviderStub({ answer: (called) => functionAnswers(called) });
  provider = new ProviderClient({
    url: new URL(stub.url),
    authorization: basicAuthorization(stub.user, stub.password),
  });
  const intake = CallIntakeModule.of({
    config: { MAX_BODY_BYTES: 1_000, MAX_INTAKE_BYTES: 0, UPSTREAM_TIMEOUT: 5_000 },
    functions: new ProviderDirectory(provider, log),
    jobs: { publish: async (_queue, message) => void published.push(message) },
    counts,
    log,
    providerUrl: provider.url,
  });
  gateway = await serve(log, [intake], { HOST: '127.0.0.1', PORT: 0 });
});

afterEach(async () => {
  await gateway.close(AbortSignal.abort());
  await provider.close();
  await stub.close();
});

const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${gateway.url}${path}`, { method: 'POST', body: 'hi', ...init });

const scalings = (): number => stub.requests.filter((each) => each.includes('/scale-function/')).length;

test('a call goes through the provider with its path and query unchanged', async () => {
  stub.deploy({ service: 'figlet' });
  const answer = await call('/function/figlet/a%2Fb?x=%20');
  expect([answer.status, await answer.text()]).toEqual([200, 'figlet /a%2Fb?x=%20 hi']);
});

describe('while the provider is away', () => {
  test('a call to an unknown function gets Retry-After, and an asynchronous call to a known function is accepted', async () => {
    stub.deploy({ service: 'figlet' });
    expect((await call('/async-function/figlet')).status).toBe(202);
    await stub.kill();
    const now = await call('/function/other');
    expect([now.status, now.headers.get('Retry-After')]).toEqual([502, '5']);
    expect(await now.text()).toContain('provider');
    const later = await call('/async-function/other');
    expect([later.status, later.headers.get('Retry-After')]).toEqual([503, '5']);
    expect((await call('/async-function/figlet')).status).toBe(202);
    expect((await call('/function/figlet')).status).toBe(502);
  });

  test('a call to a known function waits a moment for a provider that restarts', async () => {
    stub.deploy({ service: 'figlet' });
    expect((await call('/function/figlet')).status).toBe(200);
    await stub.kill();
    const waiting = Array.from({ length: 10 }, () => call('/function/figlet'));
    // Each of these connections was refused, and so were those of the waiting calls.
    for (const name of ['a', 'b', 'c']) expect((await call(`/async-function/${name}`)).status).toBe(503);
    await stub.restart();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 200));
  });
});

describe('a function at zero', () => {
  test('is woken once for a hundred calls, and answers all of them', async () => {
    stub.deploy(scaledToZero);
    const answers = await Promise.all(Array.from({ length: 100 }, () => call('/function/figlet')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(scalings()).toBe(1);
  });

  test('is not woken by an asynchronous call, which is accepted at once', async () => {
    stub.deploy(scaledToZero);
    expect((await call('/async-function/figlet')).status).toBe(202);
    expect(scalings()).toBe(0);
  });

  test('is answered 503 when it is removed while a call waits', async () => {
    stub.deploy(scaledToZero);
    expect((await call('/async-function/figlet')).status).toBe(202);
    const held = stub.hold();
    const waiting = call('/function/figlet');
    await eventually(() => stub.requests.filter((each) => each.startsWith('GET /system/')).length > 1);
    stub.remove('figlet');
    held.open();
    const answer = await waiting;
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5']);
  });

  test('is not called for a client that closed the connection while it started', async () => {
    stub.deploy(scaledToZero);
    expect((await call('/async-function/figlet')).status).toBe(202);
    const held = stub.hold();
    const impatient = new AbortController();
    const waiting = call('/function/figlet', { signal: impatient.signal });
    await eventually(() => stub.requests.filter((each) => each.startsWith('GET /system/')).length > 1);
    impatient.abort();
    await expect(waiting).rejects.toThrow();
    held.open();
    expect((await call('/function/figlet')).status).toBe(200);
    expect(stub.requests.filter((each) => each.includes(' /function/'))).toHaveLength(1);
  });
});

describe('X-Timeout', () => {
  test('shortens the timeout of the function', async () => {
    functionAnswers = () => undefined;
    stub.deploy({ service: 'figlet', envVars: { exec_timeout: '1h' } });
    const answer = await call('/function/figlet', { headers: { 'X-Timeout': '50ms' } });
    expect([answer.status, await answer.text()]).toEqual([504, expect.stringContaining('50 ms')]);
  });

  test.each(['soon', '-1', '0', '1 s', '9999h'])('"%s" is refused, and the answer names the header', async (asked) => {
    stub.deploy({ service: 'figlet' });
    for (const route of ['function', 'async-function']) {
      const answer = await call(`/${route}/figlet`, { headers: { 'X-Timeout': asked } });
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('X-Timeout')]);
    }
    expect(published).toEqual([]);
  });
});

test('only taken calls are counted: answered or accepted calls of deployed functions', async () => {
  stub.deploy({ service: 'figlet' });
  await call('/function/figlet');
  await call('/async-function/figlet.openfaas-fn');
  await call('/async-function/figlet', { body: 'x'.repeat(2_000) });
  await call('/function/other');
  expect([counts.of(figlet), counts.of({ ...figlet, name: 'other' })]).toEqual([2, 0]);
  counts.forget(figlet);
  expect(counts.of(figlet)).toBe(0);
});
