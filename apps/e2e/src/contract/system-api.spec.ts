import { startRecordingServer, System, type RecordingServer } from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { faasCli } from '../clients/faas-cli.js';
import { http } from '../clients/http.js';

let elsewhere: RecordingServer;
let system: System;
let cli: ReturnType<typeof faasCli>;

beforeAll(async () => {
  elsewhere = await startRecordingServer();
  system = await System.start({
    transport: 'embedded',
    roles: ['gateway', 'provider'],
    functions: { elsewhere: { upstream: elsewhere.url } },
  });
  cli = faasCli(system.gatewayUrl);
});
afterAll(async () => {
  await system?.stop();
  await elsewhere?.close();
});

const functions = '/system/functions';
const json = (text: string): unknown => JSON.parse(text);
const ask = async (method: string, path: string, body?: unknown): Promise<number> =>
  (await cli.system(method, path, body)).status;

/** Every path of the table, with a name where one belongs. */
const table: readonly (readonly [path: string, methods: readonly string[]])[] = [
  ['/system/info', ['GET']],
  ['/system/functions', ['GET', 'POST', 'PUT', 'DELETE']],
  ['/system/function/elsewhere', ['GET']],
  ['/system/scale-function/elsewhere', ['POST']],
  ['/system/secrets', ['GET', 'POST', 'PUT', 'DELETE']],
  ['/system/namespaces', ['GET']],
  ['/system/namespace/openfaas-fn', ['GET', 'POST', 'PUT', 'DELETE']],
  ['/system/logs', ['GET']],
  ['/system/alert', ['POST']],
];

describe('System', () => {
  const known = table.flatMap(([path, methods]) => methods.map((method): [string, string] => [method, path]));
  const unknown: [string, string][] = ['/system', '/system/none', '/ui/'].map((path) => ['GET', path]);

  test.each([...known, ...unknown])(
    'basic auth when on; 401 with WWW-Authenticate: Basic realm="Restricted": %s %s',
    async (method, path) => {
      for (const base of [system.gatewayUrl, system.app('provider').url('provider')]) {
        if (path.startsWith('/ui') && base !== system.gatewayUrl) continue;
        const { status, headers } = await http(`${base}${path}`, { method });
        expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Restricted"']);
      }
    },
  );

  test('no auth: GET /healthz, calls of functions, GET /', async () => {
    const open = (path: string, method = 'GET') => http(`${system.gatewayUrl}${path}`, { method });
    expect((await open('/healthz')).status).toBe(200);
    expect((await open('/function/elsewhere')).status).toBe(200);
    expect((await open('/async-function/elsewhere', 'POST')).status).toBe(202);
    const { status, headers } = await open('/');
    expect([status, headers.get('location')]).toEqual([301, '/ui/']);
  });

  test.each(table)('other methods are 405 with Allow: %s', async (path, methods) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].filter((each) => !methods.includes(each))) {
      const { status, headers } = await cli.system(method, path);
      expect([method, status, headers.get('allow')]).toEqual([method, 405, methods.join(', ')]);
    }
  });

  test.each([
    ['GET', '/system/function/nobody'],
    ['PUT', functions, { service: 'nobody', image: 'x', envProcess: 'cat' }],
    ['DELETE', functions, { functionName: 'nobody' }],
    ['POST', '/system/scale-function/nobody', { serviceName: 'nobody', replicas: 1 }],
    ['GET', '/system/logs?name=nobody'],
    ['PUT', '/system/secrets', { name: 'nothing', value: 'x' }],
    ['DELETE', '/system/secrets', { name: 'nothing' }],
    ['GET', '/system/namespace/nowhere'],
    ['PUT', '/system/namespace/nowhere', { name: 'nowhere' }],
    ['DELETE', '/system/namespace/nowhere'],
    ['GET', '/system/none'],
  ])('unknown: 404: %s %s', async (method, path, body?: unknown) => {
    const { status, headers, text } = await cli.system(method, path, body);
    expect([status, headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(text).toMatch(/nobody|nothing|nowhere|no such path/);
  });
});

describe('Deployment and status', () => {
  test('image, annotations (multi-line values too) and limits come back verbatim', async () => {
    const verbatim = {
      image: 'registry.example:5000/A_b/c:1.0@sha256:00ff',
      envProcess: 'cat  -',
      envVars: { A: ' b = c ', B: '' },
      constraints: ['node.platform.os == linux'],
      annotations: { topic: 'first\n\tsecond\r\n', 'a.b/c': 'é "quoted" \\ ✓', empty: '' },
      limits: { memory: '128Mi', cpu: '100m' },
      requests: { memory: '64M', cpu: '0.05' },
      readOnlyRootFilesystem: true,
    };
    const labels = { tier: 'one', 'com.openfaas.scale.min': '3', 'com.openfaas.scale.max': '4' };
    expect((await cli.deploy({ service: 'whole', labels, secrets: null, ...verbatim })).status).toBe(202);
    const status = await cli.describe('whole');
    expect(status).toMatchObject({ ...verbatim, labels: { ...labels, faas_function: 'whole' }, replicas: 3 });
    expect(status, 'unset').not.toHaveProperty('secrets');
    const listed = (await cli.list()).find(({ name }) => name === 'whole');
    expect(listed).toMatchObject({ ...verbatim, replicas: 3 });
    expect((await cli.remove('whole')).status).toBe(202);
  });

  test.each([
    ['left out', {}],
    [
      'null',
      {
        envVars: null,
        constraints: null,
        secrets: null,
        labels: null,
        annotations: null,
        limits: null,
        requests: null,
        readOnlyRootFilesystem: null,
      },
    ],
    [
      'empty',
      {
        namespace: '',
        envVars: {},
        constraints: [],
        secrets: [],
        labels: {},
        annotations: {},
        limits: {},
        requests: {},
      },
    ],
  ])('unset optional fields are absent, not {}; labels and annotations are objects: %s', async (_, unset) => {
    const bare = { service: 'bare', image: 'x', envProcess: 'cat' };
    expect((await cli.deploy({ ...bare, ...unset })).status).toBe(202);
    const { text } = await cli.system('GET', '/system/function/bare');
    expect(json(text)).toEqual({
      name: 'bare',
      image: 'x',
      namespace: 'openfaas-fn',
      envProcess: 'cat',
      labels: { faas_function: 'bare' },
      annotations: {},
      invocationCount: 0,
      replicas: 1,
      availableReplicas: expect.any(Number) as number,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string,
    });
    expect((await cli.remove('bare')).status).toBe(202);
  });

  test('visible at once after deploy, and gone at once: list, describe, both calls', async () => {
    for (let times = 0; times < 5; times++) {
      const service = `brief-${times}`;
      expect((await cli.deploy({ service, image: 'x', envProcess: 'echo here' })).status).toBe(202);
      expect((await cli.describe(service)).name).toBe(service);
      expect((await cli.list()).map(({ name }) => name)).toContain(service);
      expect((await cli.invoke(service, '')).text).toBe('here\n');
      expect((await cli.remove(service)).status).toBe(202);
      expect((await cli.list()).map(({ name }) => name)).not.toContain(service);
      expect([(await cli.invoke(service, '')).status, (await cli.invokeAsync(service, '')).status]).toEqual([404, 404]);
    }
  });

  test('update, 202: what is not in it any more is gone, the time of its creation stays', async () => {
    const first = { service: 'updated', image: 'one', envProcess: 'cat', labels: { a: 'b' }, limits: { cpu: '1' } };
    expect((await cli.deploy(first)).status).toBe(202);
    const before = (await cli.describe('updated')) as unknown as { createdAt: string };
    expect(await ask('PUT', functions, { service: 'updated', image: 'two', envProcess: 'cat' })).toBe(202);
    const after = await cli.describe('updated');
    expect(after).toMatchObject({ image: 'two', labels: { faas_function: 'updated' }, createdAt: before.createdAt });
    expect(after).not.toHaveProperty('limits');
    expect((await cli.remove('updated')).status).toBe(202);
  });

  test.each([
    ['service', { service: 'a/b' }],
    ['service', { service: '' }],
    ['service', { service: 7 }],
    ['image', { image: '' }],
    ['image', { image: undefined }],
    ['namespace', { namespace: 'nowhere' }],
    ['envVars.A', { envVars: { A: 1 } }],
    ['envVars.exec_timeout', { envVars: { exec_timeout: 'soon' } }],
    ['labels', { labels: ['a'] }],
    ['labels.com.openfaas.scale.min', { labels: { 'com.openfaas.scale.min': 'few' } }],
    ['annotations.a', { annotations: { a: {} } }],
    ['limits.memory', { limits: { memory: 'lots' } }],
    ['limits.cpu', { limits: { cpu: '-1' } }],
    ['limits.memory', { limits: { memory: '999999Ti' } }],
    ['secrets.0', { secrets: ['nothing'] }],
  ])('bad input: 400 naming the field, nothing changed: %s %j', async (field, wrong) => {
    const refused = await cli.system('POST', functions, { service: 'wrong', image: 'x', envProcess: 'cat', ...wrong });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(`${field}: `) as string]);
    expect((await cli.list()).map(({ name }) => name).toSorted()).toEqual(['elsewhere', 'figlet', 'long-task']);
  });

  test.each(['', '{', '[]', 'null', '"x"'])('bad input: 400 for a body of %j', async (body) => {
    const authorization = `Basic ${Buffer.from('admin:of-the-tests').toString('base64')}`;
    for (const [method, path] of [
      ['POST', functions],
      ['DELETE', functions],
      ['POST', '/system/scale-function/elsewhere'],
      ['POST', '/system/secrets'],
      ['POST', '/system/alert'],
    ]) {
      const headers = ['authorization', authorization];
      const { status, text } = await http(`${system.gatewayUrl}${path}`, { method: method!, headers, body });
      expect([method, path, status, text]).toEqual([method, path, 400, expect.stringMatching(/\w/)]);
    }
  });

  test('a body that is too large is 413', async () => {
    expect(await ask('POST', functions, { service: 'x', image: 'x'.repeat(5 * 1024 * 1024) })).toBe(413);
  });
});
