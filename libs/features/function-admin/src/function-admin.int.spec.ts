import { ProviderClient, ProviderDirectory } from '@later/provider-client';
import { BasicAuth, basicAuthorization, createLogger, serve, type Listening } from '@later/service-kit';
import { eventually, startProviderStub, startRecordingServer, type ProviderStub } from '@later/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { protectSystem } from './protect-system.js';
import { FunctionAdminModule } from './function-admin.module.js';

const log = createLogger({ LOG_LEVEL: 'silent' });
const auth = new BasicAuth('admin', 'of-the-gateway');
const version = { release: '1.2.3', sha: 'abc', commit_message: 'Say hello' };
const figlet = { name: 'figlet', namespace: 'openfaas-fn' };
const takenCalls = new Map<string, number>();

let stub: ProviderStub;
let provider: ProviderClient;
let directory: ProviderDirectory;
let gateway: Listening;

const serveSystem = (of: ProviderClient, told: ProviderDirectory): Promise<Listening> => {
  const invocations = {
    of: ({ name }: { name: string }) => takenCalls.get(name) ?? 0,
    forget: ({ name }: { name: string }) => void takenCalls.delete(name),
  };
  const system = FunctionAdminModule.of({ provider: of, directory: told, log, version, invocations });
  return serve(log, [system], { HOST: '127.0.0.1', PORT: 0 }, protectSystem(auth));
};

beforeEach(async () => {
  takenCalls.clear();
  stub = await startProviderStub();
  const authorization = basicAuthorization(stub.user, stub.password);
  provider = new ProviderClient({ url: new URL(stub.url), authorization });
  directory = new ProviderDirectory(provider, log);
  gateway = await serveSystem(provider, directory);
});

afterEach(async () => {
  await gateway.close(AbortSignal.abort());
  await provider.close();
  await stub.close();
});

const ask = (method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<Response> =>
  fetch(`${gateway.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { Authorization: auth.authorization },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...init,
  });

const requestStatus = async (method: string, path: string, body?: unknown): Promise<number> =>
  (await ask(method, path, body)).status;

const jsonOf = async (path: string): Promise<unknown> => (await ask('GET', path)).json();

const deployment = { service: 'figlet', image: 'ghcr.io/openfaas/figlet', envProcess: 'figlet', labels: null };

describe('functions', () => {
  test('are deployed, updated, shown and removed, and the gateway sees each change at once', async () => {
    expect(await directory.find(figlet)).toBeUndefined();
    expect(await requestStatus('PUT', '/system/functions', deployment)).toBe(404);
    expect(await requestStatus('POST', '/system/functions', deployment)).toBe(202);
    expect(await directory.find(figlet)).toBeDefined();
    expect(await jsonOf('/system/function/figlet?usage=1')).toMatchObject({ name: 'figlet', envProcess: 'figlet' });
    expect(await requestStatus('PUT', '/system/functions', { ...deployment, labels: { version: '2' } })).toBe(202);
    expect((await directory.find(figlet))?.labels).toEqual({ version: '2' });
    expect(await requestStatus('DELETE', '/system/functions?namespace=openfaas-fn', { functionName: 'figlet' })).toBe(
      202,
    );
    expect(await directory.find(figlet)).toBeUndefined();
    expect(await requestStatus('GET', '/system/function/figlet')).toBe(404);
    expect(await requestStatus('DELETE', '/system/functions', { functionName: 'figlet' })).toBe(404);
  });

  test('are scaled, and the new number of instances is shown at once', async () => {
    stub.deploy({ service: 'figlet' });
    expect(await directory.find(figlet)).not.toHaveProperty('wake');
    expect(await requestStatus('POST', '/system/scale-function/figlet', { serviceName: 'figlet', replicas: 0 })).toBe(
      202,
    );
    expect(await directory.find(figlet)).toHaveProperty('wake');
    expect(await jsonOf('/system/function/figlet')).toMatchObject({ replicas: 0, availableReplicas: 0 });
  });

  test("show the provider's count of invocations and this gateway's together, until they are removed", async () => {
    stub.deploy({ service: 'figlet' }).invocations = 2;
    stub.deploy({ service: 'env' });
    takenCalls.set('figlet', 3);
    expect(await jsonOf('/system/functions?namespace=openfaas-fn')).toMatchObject([
      { name: 'figlet', invocationCount: 5, replicas: 1 },
      { name: 'env', invocationCount: 0 },
    ]);
    expect(await jsonOf('/system/function/figlet')).toMatchObject({ invocationCount: 5 });
    await ask('DELETE', '/system/functions', { functionName: 'figlet' });
    expect(takenCalls.size).toBe(0);
  });

  test("are refused with the provider's own text", async () => {
    const answer = await ask('POST', '/system/functions', { image: 'x' });
    expect([answer.status, answer.headers.get('Content-Type'), await answer.text()]).toEqual([
      400,
      'text/plain; charset=utf-8',
      'service: required\n',
    ]);
  });
});

test('requests for secrets and namespaces go to the provider, also a DELETE with a body and no content type', async () => {
  const secret = { name: 'token', namespace: 'openfaas-fn', value: 'x' };
  expect(await requestStatus('POST', '/system/secrets', secret)).toBe(202);
  expect(await jsonOf('/system/secrets?namespace=openfaas-fn')).toEqual([{ name: 'token', namespace: 'openfaas-fn' }]);
  expect(await requestStatus('PUT', '/system/secrets', secret)).toBe(202);
  const noType = { headers: { Authorization: auth.authorization, 'Content-Type': '' } };
  expect((await ask('DELETE', '/system/secrets', secret, noType)).status).toBe(202);
  expect(await requestStatus('DELETE', '/system/secrets', secret)).toBe(404);
  expect(await requestStatus('POST', '/system/namespace/staging', { name: 'staging' })).toBe(202);
  expect(await jsonOf('/system/namespaces')).toEqual(['openfaas-fn', 'staging']);
  expect(await jsonOf('/system/namespace/staging')).toEqual({ name: 'staging' });
  stub.deploy({ service: 'figlet', namespace: 'staging' });
  expect(await directory.find({ ...figlet, namespace: 'staging' })).toBeDefined();
  expect(await requestStatus('DELETE', '/system/namespace/staging', { name: 'staging' })).toBe(202);
  expect(await directory.find({ ...figlet, namespace: 'staging' })).toBeUndefined();
});

describe('/system/info', () => {
  test('shows the gateway and its provider without an empty value', async () => {
    expect(await jsonOf('/system/info')).toEqual({
      provider: {
        provider: 'provider-stub',
        orchestration: 'test',
        version: { release: '0.0.1', sha: 'unknown' },
      },
      version,
      arch: expect.stringMatching(/./) as string,
    });
  });

  test('answers 503 while the provider is away', async () => {
    await stub.kill();
    const answer = await ask('GET', '/system/info');
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await answer.text()).toMatch(new RegExp(`${stub.url}.*PROVIDER_URL`));
  });
});

describe('logs', () => {
  test('end by themselves', async () => {
    const answer = await ask('GET', '/system/logs?name=figlet&tail=2');
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'application/x-ndjson']);
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ text: 'one' }, { text: 'two' }]);
  });

  test('are followed until the client closes the connection', async () => {
    const watching = new AbortController();
    const answer = await ask('GET', '/system/logs?name=figlet&follow=true', undefined, { signal: watching.signal });
    const lines = answer.body!.getReader();
    expect(Buffer.from((await lines.read()).value).toString()).toContain('"one"');
    const [follower] = stub.followers;
    follower!.write('{"text":"three"}\n');
    let seen = '';
    while (!seen.includes('three')) seen += Buffer.from((await lines.read()).value).toString();
    watching.abort();
    await eventually(() => stub.followers.size === 0);
  });

  test('do not delay a gateway that stops', async () => {
    const answer = await ask('GET', '/system/logs?name=figlet&follow=true');
    const [text] = await Promise.all([answer.text(), gateway.close()]);
    expect(text).toContain('"two"');
    await eventually(() => stub.followers.size === 0);
  });

  test('break off for the client when they break off at the provider', async () => {
    const answer = await ask('GET', '/system/logs?name=figlet&follow=true');
    const reading = expect(answer.text()).rejects.toThrow();
    await stub.kill();
    await reading;
  });
});

describe('an alert', () => {
  const alert = (status: string, ...names: string[]) => ({
    version: '4',
    status,
    alerts: names.map((name) => ({ status, labels: { function_name: name } })),
  });

  test('scales its functions up while it fires, and down when it is resolved', async () => {
    const fn = stub.deploy({ service: 'figlet', labels: { 'com.openfaas.scale.min': '2' } });
    const answer = await ask('POST', '/system/alert', alert('firing', 'ghost', 'figlet.openfaas-fn', 'figlet', 'a b'));
    expect(answer.status).toBe(200);
    expect((await answer.text()).trimEnd().split('\n').sort()).toEqual([
      "a b: no function's name",
      'figlet.openfaas-fn: from 2 to 6',
      'ghost.openfaas-fn: not deployed',
    ]);
    expect(fn.replicas).toBe(6);
    await ask('POST', '/system/alert', alert('resolved', 'figlet'));
    expect(fn.replicas).toBe(2);
  });

  test.each(['', '{', '[]', '{"alerts":1}', '{"status":"burning","alerts":[]}'])(
    'with the body %s is refused',
    async (body) => {
      expect(await requestStatus('POST', '/system/alert', body)).toBe(400);
    },
  );

  test('is answered 503 while the provider is away, so that it is sent again', async () => {
    await stub.kill();
    expect(await requestStatus('POST', '/system/alert', alert('firing', 'figlet'))).toBe(503);
  });
});

describe('the gateway refuses', () => {
  test.each([
    ['PATCH', '/system/functions', 'GET, POST, PUT, DELETE'],
    ['POST', '/system/function/figlet', 'GET'],
    ['GET', '/system/scale-function/figlet', 'POST'],
    ['GET', '/system/alert', 'POST'],
    ['OPTIONS', '/system/info', 'GET'],
    ['POST', '/', 'GET'],
  ])('%s %s with 405, and allows %s', async (method, path, allowed) => {
    const answer = await ask(method, path);
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, allowed]);
  });

  test('an unknown path and a body that is too large', async () => {
    expect(await requestStatus('GET', '/system/nothing')).toBe(404);
    expect(await requestStatus('POST', '/system/functions', 'x'.repeat(4 * 1024 ** 2 + 1))).toBe(413);
    expect(await requestStatus('POST', '/system/alert', 'x'.repeat(4 * 1024 ** 2 + 1))).toBe(413);
    expect(stub.requests).toEqual([]);
  });

  test('a client without the password', async () => {
    for (const [method, path] of [
      ['POST', '/system/functions'],
      ['GET', '/system/logs?name=x'],
      ['GET', '/system/nothing'],
      ['GET', '/ui/'],
      ['GET', '//system/functions'],
    ] as const) {
      const answer = await ask(method, path, undefined, { headers: {} });
      expect([answer.status, answer.headers.get('WWW-Authenticate')]).toEqual([401, 'Basic realm="Restricted"']);
    }
    expect(stub.requests).toEqual([]);
  });
});

test('the path / redirects to the dashboard', async () => {
  const answer = await ask('GET', '/', undefined, { headers: {} });
  expect([answer.status, answer.headers.get('Location')]).toEqual([301, '/ui/']);
});

describe('a faulty provider', () => {
  test('is reported while it is away, and used again when it is back', async () => {
    stub.deploy({ service: 'figlet' });
    expect(await directory.find(figlet)).toBeDefined();
    await stub.kill();
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await ask(method, '/system/functions', method === 'GET' ? undefined : { functionName: 'figlet' });
      expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5']);
      expect(await answer.text()).toContain('PROVIDER_URL');
    }
    expect(await directory.find(figlet), 'not removed').toBeDefined();
    await stub.restart();
    expect(await jsonOf('/system/functions')).toMatchObject([{ name: 'figlet' }]);
  });

  test("that refuses the gateway's user is a 502 for the client, not a 401", async () => {
    const stranger = new ProviderClient({ url: new URL(stub.url) });
    const other = await serveSystem(stranger, new ProviderDirectory(stranger, log));
    for (const path of ['/system/functions', '/system/info', '/system/logs?name=x']) {
      const answer = await fetch(`${other.url}${path}`, { headers: { Authorization: auth.authorization } });
      expect([answer.status, answer.headers.get('WWW-Authenticate')]).toEqual([502, null]);
      expect(await answer.text()).toContain('BASIC_AUTH_PASSWORD');
    }
    await other.close();
    await stranger.close();
  });

  test('that does not answer with JSON is passed on unchanged', async () => {
    const odd = await startRecordingServer((_, response) => void response.end('<html>'));
    const client = new ProviderClient({ url: new URL(odd.url) });
    const other = await serveSystem(client, new ProviderDirectory(client, log));
    const get = (path: string) => fetch(`${other.url}${path}`, { headers: { Authorization: auth.authorization } });
    expect(await (await get('/system/functions')).text()).toBe('<html>');
    expect((await get('/system/info')).status).toBe(502);
    await other.close();
    await client.close();
    await odd.close();
  });
});
