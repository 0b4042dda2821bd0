import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLogger, serve, type Listening } from '@later/service-kit';
import { eventually, startRecordingServer, type RecordingServer } from '@later/testing';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { upstreamRuntime } from '@later/runtime-upstream';

import { functionProviderConfig } from './function-provider-config.js';
import { FunctionProviderModule } from './function-provider.module.js';
import { openProvider, type OpenProvider } from './open-provider.js';

const log = createLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'json' });
let folder: string;
let provider: OpenProvider;
let listening: Listening;
let service: RecordingServer;

async function open(): Promise<void> {
  provider = await openProvider({
    config: functionProviderConfig.parse({ DATA_DIR: folder, FUNCTION_LOG_BYTES: '40MiB' }),
    runtimes: { process: upstreamRuntime, container: upstreamRuntime, upstream: upstreamRuntime },
    log,
  });
  listening = await serve(log, [FunctionProviderModule.of(provider, log)], { HOST: '127.0.0.1', PORT: 0 });
}

async function close(): Promise<void> {
  await listening.close();
  await provider.close();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-provider-'));
  service = await startRecordingServer((request, response) => void response.end(request.body));
  await open();
});
afterEach(async () => {
  await close();
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${listening.url}${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

const read = async (path: string): Promise<unknown> => JSON.parse((await ask('GET', path)).text);

const figlet = () => ({
  service: 'figlet',
  image: 'ghcr.io/openfaas/figlet:latest',
  namespace: '',
  envProcess: '',
  envVars: {},
  labels: null,
  annotations: { topic: 'two\nlines', 'later.dev/upstream': `${service.url}/base` },
});

describe('the provider API', () => {
  test('deploys, lists, describes, calls, updates, scales and removes a function', async () => {
    expect((await ask('PUT', '/system/functions', figlet())).status, 'an update of an unknown function').toBe(404);
    expect(await ask('POST', '/system/functions', figlet())).toEqual({ status: 202, text: '' });
    expect(await read('/system/function/figlet')).toEqual({
      name: 'figlet',
      image: 'ghcr.io/openfaas/figlet:latest',
      namespace: 'openfaas-fn',
      envProcess: '',
      labels: { faas_function: 'figlet' },
      annotations: figlet().annotations,
      invocationCount: 0,
      replicas: 1,
      availableReplicas: expect.any(Number) as number,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    });
    expect(await read('/system/functions?namespace=openfaas-fn')).toHaveLength(1);
    await eventually(
      async () => ((await read('/system/function/figlet')) as { availableReplicas: number }).availableReplicas === 1,
    );

    const answer = await ask('POST', '/function/figlet.openfaas-fn/a%2Fb?x=%20', 'hello');
    expect(answer).toEqual({ status: 200, text: 'hello' });
    expect(service.requests[0]).toMatchObject({ method: 'POST', url: '/base/a%2Fb?x=%20' });

    const changed = { ...figlet(), envVars: { a: '1' }, limits: { memory: '128Mi' } };
    expect((await ask('PUT', '/system/functions', changed)).status).toBe(202);
    expect(await read('/system/function/figlet')).toMatchObject({ envVars: { a: '1' }, limits: { memory: '128Mi' } });

    expect((await ask('POST', '/system/scale-function/figlet', { serviceName: 'figlet', replicas: 0 })).status).toBe(
      202,
    );
    expect(await read('/system/function/figlet')).toMatchObject({ replicas: 0 });
    expect((await ask('POST', '/function/figlet', 'wakes it')).text).toBe('wakes it');
    expect(await read('/system/function/figlet')).toMatchObject({ replicas: 1, availableReplicas: 1 });

    expect((await ask('DELETE', '/system/functions', { functionName: 'figlet' })).status).toBe(202);
    expect((await ask('GET', '/system/function/figlet')).status).toBe(404);
    expect((await ask('DELETE', '/system/functions', { functionName: 'figlet' })).status).toBe(404);
    expect((await ask('POST', '/function/figlet')).status).toBe(404);
  });

  test('keeps functions, secrets and namespaces over a restart', async () => {
    await ask('POST', '/system/namespace/dev', {});
    await ask('POST', '/system/secrets', { name: 'api-key', namespace: 'dev', value: 's3cret' });
    await ask('POST', '/system/functions', { ...figlet(), namespace: 'dev', secrets: ['api-key'] });
    const before = (await read('/system/function/figlet?namespace=dev')) as object;
    await close();
    await open();
    expect(await read('/system/namespaces')).toEqual(expect.arrayContaining(['openfaas-fn', 'dev']));
    expect(await read('/system/secrets?namespace=dev')).toEqual([{ name: 'api-key', namespace: 'dev' }]);
    expect(await read('/system/function/figlet?namespace=dev')).toEqual({
      ...before,
      availableReplicas: expect.any(Number) as number,
    });
    expect((await ask('POST', '/function/figlet.dev', 'again')).text).toBe('again');
  });

  test.each([
    ['service', { service: 'no spaces' }],
    ['service', { service: undefined }],
    ['image', { image: undefined }],
    ['image', { image: '' }],
    ['namespace', { namespace: 'nowhere' }],
    ['namespace', { namespace: '../x' }],
    ['envVars', { envVars: ['a'] }],
    ['envVars.a', { envVars: { a: 1 } }],
    ['envVars.exec_timeout', { envVars: { exec_timeout: 'soon' } }],
    ['labels', { labels: 'x' }],
    ['labels.com.openfaas.scale.min', { labels: { 'com.openfaas.scale.min': '-1' } }],
    ['labels.com.openfaas.scale.max', { labels: { 'com.openfaas.scale.min': '5', 'com.openfaas.scale.max': '2' } }],
    ['limits.memory', { limits: { memory: '1' } }],
    ['limits.memory', { limits: { memory: '99999Ti' } }],
    ['limits.cpu', { limits: { cpu: 'many' } }],
    ['secrets.0', { secrets: ['unknown'] }],
    ['secrets.0', { secrets: ['../../etc/passwd'] }],
    ['annotations.later.dev/upstream', { annotations: { 'later.dev/upstream': 'ftp://x' } }],
    ['readOnlyRootFilesystem', { readOnlyRootFilesystem: 'yes' }],
    ['replicas', { labels: { 'com.openfaas.scale.min': '3' } }],
  ])('answers 400 naming %s, and changes nothing: %j', async (field, fault) => {
    for (const method of ['POST', 'PUT']) {
      const answer = await ask(method, '/system/functions', { ...figlet(), ...fault });
      expect(answer.status, answer.text).toBe(400);
      expect(
        answer.text.split('\n').some((line) => line.startsWith(`${field}: `)),
        answer.text,
      ).toBe(true);
    }
    expect(await read('/system/functions')).toEqual([]);
  });

  test('answers 400 to a body that is not JSON, and 413 to a body that is too large', async () => {
    expect(await ask('POST', '/system/functions', '{')).toEqual({ status: 400, text: 'body: expected JSON\n' });
    expect((await ask('POST', '/system/functions', '[]')).status).toBe(400);
    expect((await ask('POST', '/system/functions', 'x'.repeat(4 * 1024 ** 2 + 1))).status).toBe(413);
  });

  test('creates, updates, lists and removes secrets, and never returns their values', async () => {
    const name = 'api-key';
    expect(
      (await ask('POST', '/system/secrets', { name, rawValue: Buffer.from([0, 255]).toString('base64') })).status,
    ).toBe(202);
    expect((await ask('POST', '/system/secrets', { name, value: 'x' })).status, 'twice').toBe(409);
    expect((await ask('PUT', '/system/secrets', { name, value: 'y' })).status).toBe(202);
    expect(await read('/system/secrets')).toEqual([{ name, namespace: 'openfaas-fn' }]);
    await ask('POST', '/system/functions', { ...figlet(), secrets: [name] });
    const inUse = await ask('DELETE', '/system/secrets', { name });
    expect(inUse).toMatchObject({ status: 409, text: expect.stringContaining('used by figlet') as string });
    await ask('DELETE', '/system/functions', { functionName: 'figlet' });
    expect((await ask('DELETE', '/system/secrets', { name, namespace: 'openfaas-fn' })).status).toBe(202);
    expect((await ask('DELETE', '/system/secrets', { name })).status).toBe(404);
    expect((await ask('PUT', '/system/secrets', { name, value: 'y' })).status).toBe(404);
    expect((await ask('POST', '/system/secrets', { name: 'empty' })).status).toBe(400);
    expect((await ask('POST', '/system/secrets', { name, value: 'x', namespace: 'nowhere' })).text).toContain(
      'namespace: ',
    );
  });

  test('creates namespaces, and removes one with its functions', async () => {
    expect(await read('/system/namespaces')).toEqual(['openfaas-fn']);
    expect((await ask('POST', '/system/namespace/dev', { name: 'dev', labels: { team: 'a' } })).status).toBe(202);
    expect((await ask('POST', '/system/namespace/dev')).status).toBe(409);
    expect(await read('/system/namespace/dev')).toEqual({ name: 'dev', labels: { team: 'a' }, annotations: {} });
    expect((await ask('PUT', '/system/namespace/dev', { annotations: { note: 'x' } })).status).toBe(202);
    await ask('POST', '/system/functions', { ...figlet(), namespace: 'dev' });
    expect((await ask('DELETE', '/system/namespace/dev')).status).toBe(202);
    expect((await ask('GET', '/system/namespace/dev')).status).toBe(404);
    expect((await ask('POST', '/function/figlet.dev')).status).toBe(404);
    expect((await ask('POST', '/system/namespace/No.Such')).text).toContain('name: ');
    expect((await ask('DELETE', '/system/namespace/openfaas-fn')).status).toBe(409);
    expect((await ask('GET', '/system/functions?namespace=nowhere')).status).toBe(400);
  });

  test('answers 429 with Retry-After above max_inflight, and answers calls again below it', async () => {
    const held = Promise.withResolvers<void>();
    service.answerWith(async (_, response) => {
      await held.promise;
      response.end('done');
    });
    await ask('POST', '/system/functions', { ...figlet(), envVars: { max_inflight: '2' } });
    const two = [ask('POST', '/function/figlet'), ask('POST', '/function/figlet')];
    await eventually(() => service.requests.length === 2);
    const third = await fetch(`${listening.url}/function/figlet`, { method: 'POST' });
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, '1']);
    held.resolve();
    expect((await Promise.all(two)).map(({ text }) => text)).toEqual(['done', 'done']);
    expect((await ask('POST', '/function/figlet')).status).toBe(200);
  });

  test('answers 504 when a function is slower than its exec_timeout', async () => {
    service.answerWith(() => undefined);
    await ask('POST', '/system/functions', { ...figlet(), envVars: { exec_timeout: '50ms' } });
    expect((await ask('POST', '/function/figlet')).status).toBe(504);
  });

  test('answers 400 naming the wrong field of a query', async () => {
    await ask('POST', '/system/functions', figlet());
    const faultOf = async (path: string): Promise<unknown> => {
      const { status, text } = await ask('GET', path);
      return { status, field: text.split(':')[0] };
    };
    for (const list of ['functions', 'secrets']) {
      expect(await faultOf(`/system/${list}?namespace=No.Such`)).toEqual({ status: 400, field: 'namespace' });
      expect(await faultOf(`/system/${list}?namespace=nowhere`)).toEqual({ status: 400, field: 'namespace' });
    }
    for (const since of ['yesterday', '2026', '2026-01-02', '2026-13-02T00:00:00Z']) {
      expect(await faultOf(`/system/logs?name=figlet&since=${since}`)).toEqual({ status: 400, field: 'since' });
    }
    expect((await ask('GET', '/system/logs?name=figlet&since=2026-01-02T03:04:05.678%2B09:00')).status).toBe(200);
    expect((await ask('GET', '/system/logs?name=figlet&since=')).status).toBe(200);
  });

  test('accepts a name of 200 characters and answers 400 to a longer one', async () => {
    expect((await ask('POST', '/system/functions', { ...figlet(), service: 'x'.repeat(200) })).status).toBe(202);
    const longer = await ask('POST', '/system/functions', { ...figlet(), service: 'x'.repeat(201) });
    expect(longer).toEqual({ status: 400, text: 'service: expected at most 200 characters\n' });
  });

  test('reading a log repeatedly on one connection leaks no listeners', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const agent = new Agent({ connections: 1 });
    onTestFinished(() => agent.close());
    await ask('POST', '/system/functions', figlet());
    for (let read = 0; read < 20; read++) {
      const { body } = await request(`${listening.url}/system/logs?name=figlet`, { dispatcher: agent });
      await body.text();
    }
    expect(warnings).toEqual([]);
  });

  test('a HEAD request for a followed log leaves its connection usable', async () => {
    await ask('POST', '/system/functions', figlet());
    const socket = connect(Number(new URL(listening.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    const asked = (target: string) => `${target} HTTP/1.1\r\nHost: provider\r\n\r\n`;
    socket.write(asked('HEAD /system/logs?name=figlet&follow=1') + asked('GET /system/namespaces'));
    await eventually(() => received.endsWith('["openfaas-fn"]'));
  });

  test('a client that disconnects in the middle of a log leaves no file open', async () => {
    const address = { name: 'figlet', namespace: 'openfaas-fn' };
    await ask('POST', '/system/functions', figlet());
    for (let line = 0; line < 2_000; line++) provider.logs.write(address, 'figlet-1', 'x'.repeat(10_000));
    const openFiles = async (): Promise<number> => {
      const numbers = await readdir('/proc/self/fd');
      const targets = await Promise.all(numbers.map((each) => readlink(`/proc/self/fd/${each}`).catch(() => '')));
      return targets.filter((each) => each.endsWith('.ndjson')).length;
    };
    const gone = new AbortController();
    await fetch(`${listening.url}/system/logs?name=figlet`, { signal: gone.signal });
    await eventually(async () => (await openFiles()) > 0);
    gone.abort();
    await eventually(async () => (await openFiles()) === 0);
  });

  test('deletes the log of a function that was removed before a crash', async () => {
    await ask('POST', '/system/functions', figlet());
    provider.logs.write({ name: 'figlet', namespace: 'openfaas-fn' }, 'figlet-1', 'kept');
    provider.logs.write({ name: 'gone', namespace: 'openfaas-fn' }, 'gone-1', 'left');
    await close();
    await open();
    expect((await ask('GET', '/system/logs?name=figlet')).text).toContain('"kept"');
    await ask('POST', '/system/functions', { ...figlet(), service: 'gone' });
    expect((await ask('GET', '/system/logs?name=gone')).text).not.toContain('"left"');
  });
});
