import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import {
  eventually,
  type RecordingServer,
  startApp,
  startRecordingServer,
  System,
  transportNames,
} from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { http } from '../clients/http.js';

describe('the gateway refuses a call and says why', () => {
  let system: System;
  let fn: RecordingServer;

  beforeAll(async () => {
    fn = await startRecordingServer();
    system = await System.start({
      transport: 'embedded',
      standalone: true,
      env: { MAX_BODY_BYTES: '1000' },
      functions: {
        fn: { upstream: fn.url },
        slow: { upstream: fn.url, environment: { exec_timeout: '100ms' } },
        away: { upstream: 'http://127.0.0.1:1' },
      },
    });
  });
  afterAll(async () => {
    await system?.stop();
    await fn?.close();
  });

  const call = (path: string, request = {}) => http(`${system.gatewayUrl}${path}`, request);

  test.each(['/function/nobody', '/async-function/nobody', '/function/nobody.staging'])('404: %s', async (path) => {
    const { status, headers, text } = await call(path);
    expect([status, headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(text).toContain('nobody');
  });

  test.each([
    '/function/',
    '/function',
    '/function/.openfaas-fn',
    '/function/..%2fsystem',
    '/function/a%00b',
    '/function/a%0d%0ab',
    '/function/__proto__',
    '/function/constructor',
    '/async-function/',
    '/async-function/%E2%9C%93',
  ])('404: %s', async (path) => {
    expect((await call(path)).status).toBe(404);
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('405: %s of an asynchronous call', async (method) => {
    const { status, headers } = await call('/async-function/fn', { method });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('413: a body over the limit, which it names, announced or not', async () => {
    const { status, text } = await call('/async-function/fn', { body: 'x'.repeat(1_001) });
    expect([status, text]).toEqual([413, 'The body is over the limit of 1000 bytes.\n']);
    const unannounced = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(100)));
    const chunked = await call('/async-function/fn', { body: unannounced });
    expect(chunked.status).toBe(413);
  });

  test.each([
    ['figlet', 'is not an absolute URL'],
    ['ftp://a/b', 'must be http or https'],
    ['http://user:secret@a/b', 'user name'],
    ['http://a/b c', 'percent-encode'],
    ['http://', 'is not an absolute URL'],
    [`http://${'a.'.repeat(130)}b/`, 'a host of more than 253 characters'],
  ])('400: the callback URL "%s"', async (url, why) => {
    const { status, text } = await call('/async-function/fn', { headers: ['X-Callback-Url', url] });
    expect(status).toBe(400);
    expect(text).toContain('X-Callback-Url');
    expect(text).toContain(why);
    expect(text).not.toContain('secret');
  });

  test('400: a call id that no header could carry on', async () => {
    const { status, text } = await call('/async-function/fn', { headers: ['X-Call-Id', 'x'.repeat(201)] });
    expect(status).toBe(400);
    expect(text).toContain('X-Call-Id');
  });

  test('502 and 504: a function that is away or too slow', async () => {
    fn.answerWith(() => undefined);
    const [away, slow] = [await call('/function/away'), await call('/function/slow')];
    fn.answerWith((_, response) => void response.end());
    expect([away.status, away.text]).toEqual([502, 'Function "away" cannot be reached.\n']);
    expect([slow.status, slow.text]).toEqual([504, 'Function "slow" did not answer within 100 ms.\n']);
  });

  test('a caller cannot forge headers of Later, and hop-by-hop headers are dropped', async () => {
    const forged = [
      'X-Function-Status',
      '200',
      'X-Later-Attempt',
      '9',
      'X-Forwarded-For',
      '8.8.8.8',
      'X-Start-Time',
      '1',
    ];
    // undici would say its own Connection.
    const hops = ['Connection', 'keep-alive, X-Private', 'X-Private', '1', 'TE', 'trailers'];
    const post = { method: 'POST', headers: ['Host', 'a', ...forged, ...hops] };
    const before = fn.requests.length;
    const [answer] = (await once(request(`${system.gatewayUrl}/async-function/fn`, post).end(), 'response')) as [
      IncomingMessage,
    ];
    answer.resume();
    expect(answer.statusCode).toBe(202);
    await eventually(() => fn.requests.length === before + 1);
    const { headers } = fn.requests.at(-1)!;
    expect([headers.get('x-function-status'), headers.get('x-private'), headers.get('te')]).toEqual(
      Array(3).fill(undefined),
    );
    expect([headers.get('x-later-attempt'), headers.get('x-forwarded-for')]).toEqual(['1', '127.0.0.1']);
    expect(headers.get('x-start-time')).toMatch(/^\d{19}$/);
  });

  test('a caller’s own X-Call-Id is used, passed on and echoed; two calls under one id are two calls', async () => {
    const before = fn.requests.length;
    for (const route of ['function', 'async-function', 'async-function']) {
      const { headers } = await call(`/${route}/fn.openfaas-fn`, { headers: ['X-Call-Id', 'trace-7'] });
      expect(headers.get('x-call-id')).toBe('trace-7');
    }
    await eventually(() => fn.requests.length === before + 3);
    expect(fn.requests.slice(-3).map(({ headers }) => headers.get('x-call-id'))).toEqual(Array(3).fill('trace-7'));
  });
});

describe('a process with a wrong configuration names every fault and ends with status 78', () => {
  test.each(['gateway', 'provider', 'queue-worker', 'callback-dispatcher', 'standalone', 'functions'])(
    '%s',
    async (app) => {
      const wrong = { PORT: 'http', LOG_LEVEL: 'loud', SHUTDOWN_GRACE: '30' };
      const process = startApp(app, wrong);
      expect(await process.exited).toBe(78);
      for (const name of Object.keys(wrong)) expect(process.output(), name).toContain(`- ${name}: `);
    },
  );

  test('TRANSPORT=nats without NATS_URL', async () => {
    const process = startApp('gateway', { TRANSPORT: 'nats', MAX_BODY_BYTES: 'big' });
    expect(await process.exited).toBe(78);
    expect(process.output()).toContain('- NATS_URL: ');
    expect(process.output()).toContain('- MAX_BODY_BYTES: ');
  });

  test('an invalid stack file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'later-e2e-'));
    const file = join(folder, 'functions.yml');
    await writeFile(file, 'functions:\n  figlet: { fprocess: figlet }\n  "no name": { image: x }\n');
    const process = startApp('provider', { FUNCTIONS_FILE: file, PORT: '0', DATA_DIR: folder });
    expect(await process.exited).toBe(78);
    expect(JSON.stringify(process.log)).toContain('functions.figlet.image');
    expect(JSON.stringify(process.log)).toContain('functions.no name');
    await rm(folder, { recursive: true });
  });
});

describe.each(transportNames.filter((name) => name !== 'embedded'))('on %s', (transport) => {
  test('calls are answered 503 with Retry-After within five seconds while the broker is away, and accepted when it is back', async (context) => {
    const system = await System.start({ transport, roles: ['gateway', 'provider'] });
    try {
      const { broker } = system.backend;
      if (!broker || broker.untouchable) return context.skip(broker?.untouchable);
      const submit = () => http(`${system.gatewayUrl}/async-function/figlet`, { body: 'x' });
      expect((await submit()).status).toBe(202);
      await broker.kill();
      const started = performance.now();
      const refused = await submit();
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      expect(performance.now() - started).toBeLessThan(5_000);
      const ready = await http(`${system.gatewayUrl}/readyz`, { method: 'GET' });
      expect([ready.status, JSON.parse(ready.text)]).toMatchObject([503, { ready: false }]);
      expect((await http(`${system.gatewayUrl}/healthz`, { method: 'GET' })).status).toBe(200);
      await broker.restart();
      await eventually(async () => (await submit()).status === 202);
      const back = await http(`${system.gatewayUrl}/readyz`, { method: 'GET' });
      expect(JSON.parse(back.text)).toEqual({ ready: true, transport: { name: transport, durability: 'crash' } });
    } finally {
      await system.stop();
    }
  });
});
