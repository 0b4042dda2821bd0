import { once } from 'node:events';
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { routableUrl } from '@later/http-kit';
import { eventually, gate, type Gate } from '@later/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { FunctionCall, FunctionError, FunctionResult, FunctionsModule, LaterFunction } from './index.js';

let held: Gate;
let lastCall: FunctionCall | undefined;

@Injectable()
class Samples {
  @LaterFunction({ name: 'mirror', limits: { maxBodyBytes: '1KiB' } })
  mirror(call: FunctionCall): Uint8Array {
    lastCall = call;
    return call.body;
  }

  @LaterFunction({ name: 'held', limits: { maxInFlight: 1 } })
  async held(call: FunctionCall): Promise<string> {
    lastCall = call;
    await held.opened;
    return 'let go';
  }

  @LaterFunction({ name: 'slow', limits: { timeout: '50ms' } })
  async slow(call: FunctionCall): Promise<void> {
    lastCall = call;
    await delay(60_000, undefined, { signal: call.signal });
  }

  @LaterFunction({ name: 'stubborn', limits: { timeout: '50ms', maxInFlight: 1 } })
  async stubborn(): Promise<void> {
    await held.opened;
  }

  @LaterFunction({ name: 'broken' })
  broken(): string {
    throw new Error('postgres://user:secret@db refused');
  }

  @LaterFunction({ name: 'strict' })
  strict(call: FunctionCall): object {
    call.json();
    throw new FunctionError(422, 'No such colour.', { headers: { 'X-Colour': 'octarine' } });
  }

  @LaterFunction({ name: 'text' })
  text(): string {
    return 'ō';
  }

  @LaterFunction({ name: 'nothing' })
  nothing(): void {}

  @LaterFunction({ name: 'json' })
  json(): object {
    return { status: 404, body: 'only data' };
  }

  @LaterFunction({ name: 'result' })
  result(): FunctionResult {
    const headers = { Location: '/else', 'Set-Cookie': ['a=1', 'b=2'], 'Content-Length': '999', Connection: 'close' };
    return new FunctionResult({ status: 302, headers, body: 'moved' });
  }

  @LaterFunction({ name: 'unsendable' })
  unsendable(): FunctionResult {
    return new FunctionResult({ headers: { 'X-Bad': 'two\r\nlines' } });
  }
}

@Module({ imports: [FunctionsModule], providers: [Samples] })
class Service {}

const start = (service: new () => object, logger: { error(message: string): void } | false = false) =>
  NestFactory.create<NestFastifyApplication>(service, new FastifyAdapter(), {
    logger: logger && { log: () => {}, warn: () => {}, ...logger },
    abortOnError: false,
  });

const logged: string[] = [];
let app: NestFastifyApplication;
let port: number;

beforeAll(async () => {
  app = await start(Service, { error: (message) => logged.push(message) });
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as AddressInfo).port;
});
afterAll(() => app.close());
beforeEach(() => {
  held = gate();
  lastCall = undefined;
});

interface Sent {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders | string[];
  readonly body?: Uint8Array | string;
}

async function send(path: string, { method = 'POST', headers = {}, body = '' }: Sent = {}) {
  const sent = request({ port, host: '127.0.0.1', path, method, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const received = Buffer.concat((await response.toArray()) as Buffer[]);
  return { status: response.statusCode, headers: response.headers, body: received, text: received.toString() };
}

describe('a call', () => {
  test('receives every byte of its body, and its caller every byte of the answer', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const { status, body, headers } = await send('/mirror', { body: bytes });
    expect(status).toBe(200);
    expect([...body]).toEqual([...bytes]);
    expect(headers['content-type']).toBe('application/octet-stream');
  });

  test.each([
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'text/plain',
    'not a type at all',
    '',
  ])('is parsed by nobody when its content type is "%s"', async (type) => {
    const { status, text } = await send('/mirror', { headers: { 'content-type': type }, body: '{"not": json' });
    expect([status, text]).toEqual([200, '{"not": json']);
  });

  test('may have no body', async () => {
    const { status, body, headers } = await send('/mirror');
    expect([status, body.length, headers['content-length']]).toEqual([200, 0, '0']);
  });

  test('has its path and its query as the caller wrote them', async () => {
    await send('/mirror/a%2Fb/%E2%9C%93//?x=%20y&x=2?');
    expect(lastCall).toMatchObject({ path: '/a%2Fb/%E2%9C%93//', query: 'x=%20y&x=2?' });
    await send('/mirror?');
    expect(lastCall).toMatchObject({ path: '/', query: '' });
    await send(`http://somewhere.example/mirror/${'long'.repeat(100)}`);
    expect(lastCall).toMatchObject({ path: `/${'long'.repeat(100)}` });
  });

  test('keeps repeated headers separate, and finds headers in any spelling', async () => {
    await send('/mirror', { headers: ['Host', 'x', 'X-Tag', 'one', 'x-tag', 'two', 'Connection', 'close'] });
    expect(lastCall?.headers.get('X-TAG')).toBe('one, two');
    expect(lastCall?.rawHeaders.slice(1, 3)).toEqual([['X-Tag', 'one'], ['x-tag', 'two']]); // prettier-ignore
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'QUERY'])('may be a %s', async (method) => {
    const { status, text } = await send('/mirror', { method, headers: { 'content-length': 4 }, body: 'body' });
    expect([status, text, lastCall?.method]).toEqual([200, 'body', method]);
  });

  test('may be a HEAD, whose answer has no body', async () => {
    const { status, body } = await send('/text', { method: 'HEAD' });
    expect([status, body.length]).toEqual([200, 0]);
  });

  test('has its call id and attempt, and the answer has the call id', async () => {
    const { headers } = await send('/mirror', { headers: { 'X-Call-Id': 'mine-1', 'X-Later-Attempt': '3' } });
    expect(lastCall).toMatchObject({ callId: 'mine-1', attempt: 3 });
    expect(headers['x-call-id']).toBe('mine-1');
    expect(headers['x-duration-seconds']).toMatch(/^\d+\.\d{6}$/);
  });

  test('without a call id gets a new one, and counts as the first attempt', async () => {
    const { headers } = await send('/mirror');
    expect(lastCall).toMatchObject({ callId: headers['x-call-id'], attempt: 1 });
  });
});

describe('an answer', () => {
  test.each([
    ['text', 'text/plain; charset=utf-8', 'ō'],
    ['nothing', 'text/plain; charset=utf-8', ''],
    ['json', 'application/json', '{"status":404,"body":"only data"}'],
  ])('of "%s" is sent as %s', async (name, type, body) => {
    const { status, headers, text } = await send(`/${name}`);
    expect([status, headers['content-type'], text]).toEqual([200, type, body]);
  });

  test('may have its own status and headers, also repeated headers', async () => {
    const { status, headers, text } = await send('/result');
    expect([status, headers.location, headers['set-cookie'], text]).toEqual([302, '/else', ['a=1', 'b=2'], 'moved']);
    expect(headers['content-length']).toBe('5');
  });

  test('that cannot be sent is a failure', async () => {
    expect((await send('/unsendable')).status).toBe(500);
  });
});

describe('a limit', () => {
  test('on the body is answered 413 with the limit, whether the length was declared or not', async () => {
    const body = 'x'.repeat(1025);
    const declared = await send('/mirror', { body });
    const chunked = await send('/mirror', { body, headers: { 'transfer-encoding': 'chunked' } });
    for (const { status, text } of [declared, chunked]) {
      expect(status).toBe(413);
      expect(text).toBe('The body is over 1024 bytes, the most that function "mirror" takes.\n');
    }
    expect(lastCall).toBeUndefined();
    expect((await send('/mirror', { body: 'x'.repeat(1024) })).status).toBe(200);
  });

  test('on the time is answered 504, and the signal aborts', async () => {
    const { status, text, headers } = await send('/slow');
    expect([status, text]).toEqual([504, 'Function "slow" did not answer within 50ms.\n']);
    expect(headers['x-duration-seconds']).toBeDefined();
    expect(lastCall?.signal.aborted).toBe(true);
  });

  test('on the time includes the wait for the body', async () => {
    const sent = request({ port, host: '127.0.0.1', path: '/slow', method: 'POST', headers: { 'content-length': 9 } });
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(504);
    sent.destroy();
  });

  test('on calls in flight is answered 429 until one call ends', async () => {
    const first = send('/held');
    await eventually(() => lastCall !== undefined);
    const { status, headers, text } = await send('/held');
    expect([status, headers['retry-after']]).toEqual([429, '1']);
    expect(text).toBe('Function "held" takes 1 calls at once. Try again.\n');
    held.open();
    expect((await first).text).toBe('let go');
    expect((await send('/held')).status).toBe(200);
  });

  test('on calls in flight includes a function that continues after its timeout', async () => {
    expect((await send('/stubborn')).status).toBe(504);
    expect((await send('/stubborn')).status).toBe(429);
    held.open();
    expect((await send('/stubborn')).status).toBe(200);
  });
});

describe('a failure', () => {
  test('is answered with the call id, and only the log has the error', async () => {
    const { status, text } = await send('/broken', { headers: { 'X-Call-Id': 'mine-2' } });
    expect([status, text]).toEqual([500, 'Function "broken" failed. Its log says why, under call id mine-2.\n']);
    expect(logged.at(-1)).toContain('"broken" failed, call id mine-2: Error: postgres://user:secret@db refused');
  });

  test('with a FunctionError has the status and text that the function chose', async () => {
    const { status, text, headers } = await send('/strict', { body: '{}' });
    expect([status, text, headers['x-colour']]).toEqual([422, 'No such colour.\n', 'octarine']);
  });

  test('to parse JSON is the fault of the caller', async () => {
    expect(await send('/strict', { body: '{' })).toMatchObject({ status: 400, text: 'The body is not JSON.\n' });
  });
});

test('a client that goes away aborts the signal', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /held HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
  await eventually(() => lastCall !== undefined);
  expect(lastCall?.signal.aborted).toBe(false);
  socket.destroy();
  await eventually(() => lastCall?.signal.aborted === true);
  held.open();
});

test('a wrong escape reaches the function when the router sees an escaped URL', async () => {
  const tolerant = await NestFactory.create<NestFastifyApplication>(
    Service,
    new FastifyAdapter({ rewriteUrl: routableUrl }),
    { logger: false },
  );
  await tolerant.listen(0, '127.0.0.1');
  const answer = await fetch(`${await tolerant.getUrl()}/mirror/%FF/100%?x=%`);
  expect([answer.status, lastCall]).toMatchObject([200, { path: '/%FF/100%', query: 'x=%' }]);
  await tolerant.close();
});

test('a client that goes away while it sends is not a failure of the function', async () => {
  const before = logged.length;
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /mirror HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf');
  const open = () =>
    new Promise<number>((resolve) => app.getHttpServer().getConnections((_: unknown, count: number) => resolve(count)));
  await eventually(async () => (await open()) > 0);
  socket.resetAndDestroy();
  await eventually(() => socket.closed);
  await delay(20);
  expect(logged.length).toBe(before);
});

test('an unknown function is answered 404 with the names of the served functions', async () => {
  const { status, text } = await send('/mirro');
  expect(status).toBe(404);
  expect(text).toMatch(/^There is no function "mirro" here\. There is: broken, held, json, /);
  expect((await send('/')).status).toBe(404);
});

test('the list of functions has everything that their deployment needs', async () => {
  const { text } = await send('/@later/functions', { method: 'GET' });
  const listed = JSON.parse(text) as { name: string }[];
  expect(listed.find(({ name }) => name === 'slow')).toEqual({
    name: 'slow',
    path: '/slow',
    limits: { maxBodyBytes: 1_048_576, timeoutMs: 50 },
    labels: {},
    annotations: {},
  });
});

test('a service does not start when one of its routes has the path of a function', async () => {
  @Controller()
  class Health {
    @Get('healthz')
    healthz(): string {
      return 'OK';
    }
  }
  @Injectable()
  class Hidden {
    @LaterFunction({ name: 'healthz' })
    run(): void {}
  }
  @Module({ imports: [FunctionsModule], controllers: [Health], providers: [Hidden] })
  class Clash {}
  const clash = await start(Clash).then((each) => each.init().then(() => 'started', (error: Error) => error.message)); // prettier-ignore
  expect(clash).toBe('Invalid functions:\n  - Hidden.run: /healthz is served by something else in this app');
});
