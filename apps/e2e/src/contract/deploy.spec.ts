import { eventually, startRecordingServer, System } from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { faasCli } from '../clients/faas-cli.js';
import { http } from '../clients/http.js';

/** `faas-cli deploy --image alpine --name long-task --fprocess "sleep 1"`, as it writes it. */
const longTask = {
  service: 'long-task',
  image: 'docker.io/library/alpine:3.20',
  network: '',
  namespace: '',
  envProcess: 'sleep 1',
  envVars: {},
  constraints: null,
  secrets: [],
  labels: { 'com.openfaas.scale.min': '2' },
  annotations: { topic: 'first line\nsecond line' },
  limits: null,
  requests: null,
  readOnlyRootFilesystem: false,
};

describe.each([
  { what: 'a process for each role', standalone: false },
  { what: 'standalone', standalone: true },
])('the lab with faas-cli, on $what', ({ standalone }) => {
  let system: System;
  let cli: ReturnType<typeof faasCli>;

  beforeAll(async () => {
    const roles = ['gateway', 'provider', 'queue-worker', 'callback-dispatcher'] as const;
    system = await System.start({ transport: 'embedded', standalone, roles });
    cli = faasCli(system.gatewayUrl);
    expect((await cli.remove('long-task')).status, 'the one of the stack file').toBe(202);
  });
  afterAll(() => system.stop());

  test('asks for the user and the password', async () => {
    for (const authorization of [undefined, 'Basic YWRtaW46YWRtaW4=', 'Bearer x', 'Basic']) {
      const headers = authorization === undefined ? [] : ['authorization', authorization];
      const refused = await http(`${system.gatewayUrl}/system/functions`, { method: 'GET', headers });
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Restricted"']);
    }
    expect((await cli.login()).status).toBe(200);
    expect((await http(`${system.gatewayUrl}/healthz`, { method: 'GET' })).status).toBe(200);
  });

  test('deploys a function by PUT, 404, POST, and shows it at once', async () => {
    expect((await cli.system('PUT', '/system/functions', longTask)).status).toBe(404);
    const deployed = await cli.deploy(longTask);
    expect([deployed.status, deployed.text]).toEqual([202, '']);
    const { createdAt, ...status } = (await cli.describe('long-task')) as { createdAt?: string };
    expect(status).toEqual({
      name: 'long-task',
      image: longTask.image,
      namespace: 'openfaas-fn',
      envProcess: 'sleep 1',
      labels: { ...longTask.labels, faas_function: 'long-task' },
      annotations: longTask.annotations,
      replicas: 2,
      availableReplicas: expect.any(Number) as number,
      invocationCount: 0,
      usage: { cpu: expect.any(Number) as number, totalMemoryBytes: expect.any(Number) as number },
    });
    expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect((await cli.list()).map(({ name }) => name).toSorted()).toEqual(['figlet', 'long-task']);
    await eventually(() => cli.ready('long-task'));
    await eventually(async () => (await cli.describe('long-task')).availableReplicas === 2);
  });

  test('calls it, waits a second, and counts the call', async () => {
    const started = performance.now();
    const answer = await cli.invoke('long-task', '');
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(performance.now() - started).toBeGreaterThan(990);
    expect(answer.headers.get('x-duration-seconds')).toMatch(/^1\.\d{6}$/);
    expect(answer.headers.get('x-call-id')).toBeTruthy();
    expect((await cli.list()).find(({ name }) => name === 'long-task')?.invocationCount).toBe(1);
  });

  test('calls it asynchronously, and posts the result', async () => {
    const bin = await startRecordingServer();
    const accepted = await http(`${system.gatewayUrl}/async-function/long-task.openfaas-fn`, {
      headers: ['content-type', 'text/plain', 'x-callback-url', bin.url],
      body: '',
    });
    expect(accepted.status).toBe(202);
    await eventually(() => bin.requests.length === 1);
    const { headers } = bin.requests[0]!;
    expect(headers.get('x-call-id')).toBe(accepted.headers.get('x-call-id'));
    expect(headers.get('x-function-name')).toBe('long-task.openfaas-fn');
    expect(headers.get('x-function-status')).toBe('200');
    expect(headers.get('x-duration-seconds')).toMatch(/^1\.\d{6}$/);
    await bin.close();
  });

  test('tells its log', async () => {
    const lines = await cli.logs('long-task');
    expect(lines.map(({ text }) => text)).toContain('Forking fprocess.');
    expect(lines.some(({ text }) => /^Wrote 0 Bytes - Duration: 1\.\d{6}s$/.test(text))).toBe(true);
    for (const line of lines) {
      expect(line).toMatchObject({ name: 'long-task', namespace: 'openfaas-fn' });
      expect(line.instance).toMatch(/^long-task-/);
      expect(Date.parse(line.timestamp)).not.toBeNaN();
    }
    const [first] = lines;
    expect(
      (await cli.logs('long-task', `&instance=${first!.instance}`)).every(
        ({ instance }) => instance === first!.instance,
      ),
    ).toBe(true);
    const last = await cli.system('GET', '/system/logs?name=long-task&tail=1');
    expect(last.text.trim().split('\n')).toHaveLength(1);
    expect((await cli.system('GET', '/system/logs?name=nobody')).status).toBe(404);
  });

  test('follows its log', async () => {
    const gone = new AbortController();
    const following = await fetch(`${system.gatewayUrl}/system/logs?name=long-task&follow=true&tail=0`, {
      headers: { authorization: `Basic ${Buffer.from('admin:of-the-tests').toString('base64')}` },
      signal: gone.signal,
    });
    expect(following.status).toBe(200);
    const reader = following.body!.getReader();
    const called = cli.invoke('long-task', '');
    const { value } = (await reader.read()) as { value: Uint8Array };
    expect(Buffer.from(value).toString()).toContain('"text":"Forking fprocess."');
    gone.abort();
    expect((await called).status).toBe(200);
  });

  test('keeps a secret, and shows it to the function that names it', async () => {
    const secret = { name: 'api-key', namespace: 'openfaas-fn', value: 'R^Y$qwKzSmoke' };
    expect((await cli.system('POST', '/system/secrets', secret)).status).toBe(202);
    expect(await cli.secrets()).toEqual([{ name: 'api-key', namespace: 'openfaas-fn' }]);
    const reader = { ...longTask, service: 'reader', envProcess: 'cat /var/openfaas/secrets/api-key', labels: null };
    expect((await cli.deploy({ ...reader, secrets: ['no-such'] })).status, 'an unknown one').toBe(400);
    expect((await cli.deploy({ ...reader, secrets: ['api-key'] })).status).toBe(202);
    expect((await cli.invoke('reader', '')).text).toBe(secret.value);
    await cli.system('POST', '/system/secrets', { name: 'not-named', value: 'of-another' });
    const searcher = {
      ...reader,
      service: 'searcher',
      envProcess: 'grep -rs . /var/openfaas/secrets/',
      secrets: ['api-key'],
    };
    await cli.deploy(searcher);
    const found = (await cli.invoke('searcher', '')).text;
    expect([found.includes(secret.value), found.includes('of-another')], 'it sees its own alone').toEqual([
      true,
      false,
    ]);
    await cli.remove('searcher');
    await cli.system('DELETE', '/system/secrets', { name: 'not-named' });
    expect((await cli.system('PUT', '/system/secrets', { ...secret, value: 'changed' })).status).toBe(202);
    expect((await cli.invoke('reader', '')).text).toBe('changed');
    expect((await cli.remove('reader')).status).toBe(202);
    expect((await cli.system('DELETE', '/system/secrets', { name: 'api-key', namespace: 'openfaas-fn' })).status).toBe(
      202,
    );
    expect((await cli.system('DELETE', '/system/secrets', { name: 'api-key', namespace: 'openfaas-fn' })).status).toBe(
      404,
    );
    expect(await cli.secrets()).toEqual([]);
  });

  test('has namespaces of its own', async () => {
    expect(await cli.namespaces()).toEqual(['openfaas-fn']);
    expect((await cli.system('POST', '/system/namespace/dev', { name: 'dev' })).status).toBe(202);
    expect(await cli.namespaces()).toEqual(expect.arrayContaining(['openfaas-fn', 'dev']));
    expect((await cli.deploy({ ...longTask, namespace: 'dev', envProcess: 'echo dev', labels: null })).status).toBe(
      202,
    );
    expect((await http(`${system.gatewayUrl}/function/long-task.dev`)).text).toBe('dev\n');
    expect((await cli.list('dev')).map(({ name, namespace }) => [name, namespace])).toEqual([['long-task', 'dev']]);
    expect((await cli.deploy({ ...longTask, namespace: 'nowhere' })).status).toBe(400);
    expect((await cli.system('DELETE', '/system/namespace/dev')).status).toBe(202);
    expect((await http(`${system.gatewayUrl}/function/long-task.dev`)).status, 'gone at once').toBe(404);
  });

  test('shows a new number of instances at once', async () => {
    const scaled = await cli.system('POST', '/system/scale-function/long-task', {
      serviceName: 'long-task',
      replicas: 3,
    });
    expect(scaled.status).toBe(202);
    expect((await cli.describe('long-task')).replicas).toBe(3);
    await eventually(async () => (await cli.describe('long-task')).availableReplicas === 3);
  });

  test('scales by alerts: up when one fires, to the minimum when it is resolved', async () => {
    const alert = (status: string) =>
      cli.system('POST', '/system/alert', {
        receiver: 'scale-up',
        status,
        alerts: [{ status, labels: { alertname: 'APIHighInvocationRate', function_name: 'long-task.openfaas-fn' } }],
      });
    expect((await alert('firing')).status).toBe(200);
    expect((await cli.describe('long-task')).replicas, '20 % of 20 more').toBe(7);
    expect((await alert('resolved')).status).toBe(200);
    expect((await cli.describe('long-task')).replicas).toBe(2);
  });

  test('says what it is', async () => {
    expect(await cli.version()).toEqual({
      provider: {
        provider: 'later',
        orchestration: 'process',
        version: { release: expect.stringMatching(/./) as string, sha: expect.stringMatching(/./) as string },
      },
      version: {
        release: expect.stringMatching(/./) as string,
        sha: expect.stringMatching(/./) as string,
        commit_message: expect.stringMatching(/./) as string,
      },
      arch: expect.stringMatching(/./) as string,
    });
    const ui = await fetch(`${system.gatewayUrl}/`, { redirect: 'manual' });
    expect([ui.status, ui.headers.get('location')]).toEqual([301, '/ui/']);
  });

  test('updates a function, and its next call is answered by the new one', async () => {
    expect((await cli.deploy({ ...longTask, envProcess: 'echo updated' })).status).toBe(202);
    await eventually(async () => (await cli.invoke('long-task', '')).text === 'updated\n');
  });

  test('removes a function, and it is gone at once', async () => {
    expect((await cli.remove('long-task')).status).toBe(202);
    expect((await cli.invoke('long-task', '')).status).toBe(404);
    expect((await cli.invokeAsync('long-task', '')).status).toBe(404);
    expect((await cli.system('GET', '/system/function/long-task')).status).toBe(404);
    expect((await cli.remove('long-task')).status).toBe(404);
    expect((await cli.list()).map(({ name }) => name)).toEqual(['figlet']);
  });
});
