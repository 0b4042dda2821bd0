import { once } from 'node:events';
import { createServer as createHttpServer, METHODS, type RequestListener } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { jobEnvelope } from '@later/job-schema';
import { createLogger, serve, type Listening } from '@later/service-kit';
import { eventually } from '@later/testing';
import type { Message } from '@later/transport-contract';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { CallIntakeModule } from './call-intake.module.js';

const log = createLogger({ LOG_LEVEL: 'silent' });
const warn = vi.spyOn(log, 'warn');
const error = vi.spyOn(log, 'error');

let gateway: Listening;
let port: number;
let upstream: URL;
let published: Message[];
const servers: Server[] = [];

beforeEach(async () => {
  vi.clearAllMocks();
  published = [];
  const functions = {
    find: ({ name }: { name: string }) => (name === 'fn' ? { upstream, timeoutMs: 300 } : undefined),
  } as never;
  const jobs = { publish: async (_queue: string, message: Message) => void published.push(message) };
  const config = { MAX_BODY_BYTES: 1_000, MAX_INTAKE_BYTES: 0, UPSTREAM_TIMEOUT: 300 };
  gateway = await serve(log, [CallIntakeModule.of({ config, functions, jobs, log })], { HOST: '127.0.0.1', PORT: 0 });
  port = Number(new URL(gateway.url).port);
});

afterEach(async () => {
  await gateway.close(AbortSignal.abort());
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<void> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  upstream = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** Starts a function with a server of Node. */
const functionIs = (listener: RequestListener) => listen(createHttpServer(listener));

/** Starts a function that answers every request with these bytes, and then calls `then` with the connection. */
const functionSays = (answer: string, then = (connection: Socket): unknown => connection.end()) =>
  listen(
    createServer((connection) => {
      connection.on('error', () => {});
      connection.once('data', () => connection.write(answer, () => then(connection)));
    }),
  );

const echoesTarget: RequestListener = (request, response) => {
  request.resume().on('end', () => response.end(`${request.method} ${request.url}`));
};

const open = async (): Promise<Socket> => {
  const client = connect(port, '127.0.0.1');
  client.on('error', () => {});
  await once(client, 'connect');
  return client;
};

/** Sends one request with `Connection: close`, and returns everything that the gateway answers. */
async function send(head: string, body = ''): Promise<string> {
  const client = await open();
  client.write(`${head}\r\nHost: gateway\r\nConnection: close\r\n\r\n${body}`);
  return Buffer.concat((await client.toArray()) as Buffer[]).toString('latin1');
}

const bodyOf = (answer: string): string => answer.slice(answer.lastIndexOf('\r\n\r\n') + 4);
const parseStatus = (answer: string): number => Number(answer.split(' ', 2)[1]);

describe('a path', () => {
  test.each(['/%FF', '/100%/x', '/%', '/a%2Fb/%E2%9C%93?x=%&%FF', '/%00/..//./', '/%2'])(
    'reaches the function as the client wrote it: %s',
    async (path) => {
      await functionIs(echoesTarget);
      expect(await send(`GET /function/fn${path} HTTP/1.1`)).toSatisfy((answer: string) =>
        answer.endsWith(`\r\n\r\nGET ${path}`),
      );
      expect(parseStatus(await send(`POST /async-function/fn${path} HTTP/1.1\r\nContent-Length: 0`))).toBe(202);
      const [written, query = ''] = path.split('?');
      expect(jobEnvelope.open(published[0]!.body)).toMatchObject({ content: { path: written, query } });
    },
  );

  test('may be in an absolute URL', async () => {
    await functionIs(echoesTarget);
    expect(await send('GET http://gateway:8080/function/fn/a?b HTTP/1.1')).toSatisfy((answer: string) =>
      answer.endsWith('\r\n\r\nGET /a?b'),
    );
    const later = await send('POST http://gateway/async-function/fn/%FF HTTP/1.1\r\nContent-Length: 0');
    expect(parseStatus(later)).toBe(202);
  });

  test.each(['/function/%', '/function/%FF/a', '/function/', '/function', '/async-function/a%', '/function/nobody'])(
    'without a known function is answered 404 by the gateway: %s',
    async (path) => {
      const answer = await send(`POST ${path} HTTP/1.1\r\nContent-Length: 0`);
      expect(answer).toMatch(/^HTTP\/1\.1 404 .*\r\ncontent-type: text\/plain/is);
    },
  );
});

describe('a method', () => {
  const methods = METHODS.filter((method) => method !== 'CONNECT');

  test.each(methods)('may be %s', async (method) => {
    await functionIs((request, response) => response.setHeader('X-Method', request.method!).end());
    const answer = await send(`${method} /function/fn/x HTTP/1.1\r\nContent-Type: what/ever;;\r\nContent-Length: 0`);
    expect(answer).toContain(`X-Method: ${method}\r\n`);
  });

  test.each(methods.filter((method) => method !== 'POST'))('of an asynchronous call must not be %s', async (method) => {
    const answer = await send(`${method} /async-function/fn HTTP/1.1\r\nContent-Length: 0`);
    expect(answer).toMatch(/^HTTP\/1\.1 405 .*\r\nallow: POST\r\n/is);
  });
});

describe('an answer', () => {
  test('to HEAD has the length of a body, but no body', async () => {
    await functionIs((_, response) => response.setHeader('Content-Length', 5).end('hello'));
    const answer = await send('HEAD /function/fn HTTP/1.1');
    expect([parseStatus(answer), bodyOf(answer)]).toEqual([200, '']);
    expect(answer).toContain('Content-Length: 5\r\n');
  });

  test.each([204, 304])('of %d has no body', async (status) => {
    await functionSays(`HTTP/1.1 ${status} Fine\r\nETag: "x"\r\n\r\n`);
    const answer = await send('GET /function/fn HTTP/1.1');
    expect([parseStatus(answer), bodyOf(answer)]).toEqual([status, '']);
    expect(answer).toContain('ETag: "x"\r\n');
    expect(answer.toLowerCase()).not.toContain('transfer-encoding');
  });

  test('follows an interim answer, which is not forwarded', async () => {
    await functionSays('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
    const answer = await send('GET /function/fn HTTP/1.1');
    expect([parseStatus(answer), bodyOf(answer)]).toEqual([200, 'hi']);
  });

  test('before the end of the body reaches a client that still sends', async () => {
    await functionSays('HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno', () => undefined);
    const client = await open();
    const received: Buffer[] = [];
    client.on('data', (chunk: Buffer) => received.push(chunk));
    client.write('POST /function/fn HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nfirst');
    await eventually(() => Buffer.concat(received).toString().endsWith('no'));
    client.write('x'.repeat(1_000_000 - 5));
    client.write('GET /function/fn HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await once(client, 'close');
    expect(
      Buffer.concat(received)
        .toString()
        .match(/HTTP\/1\.1 403 /g),
    ).toHaveLength(2);
  });

  test.each(['Content-Length: 100\r\n\r\nhalf', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'])(
    'breaks off for the client when it breaks off at the function: %j',
    async (rest) => {
      await functionSays(`HTTP/1.1 200 OK\r\n${rest}`, (connection) => setImmediate(() => connection.destroy()));
      const client = await open();
      client.write('GET /function/fn HTTP/1.1\r\nHost: x\r\n\r\n');
      const received: Buffer[] = [];
      client.on('data', (chunk: Buffer) => received.push(chunk));
      await once(client, 'close');
      expect(Buffer.concat(received).toString()).not.toMatch(/0\r\n\r\n$/);
      expect(Buffer.concat(received).length).toBeLessThan(400);
      await eventually(() => warn.mock.calls.length === 1);
    },
  );
});

describe('every answer to a call', () => {
  test.each(['POST /function/nobody', 'POST /async-function/nobody', 'GET /async-function/fn', 'POST /function/fn'])(
    'has the call id and the start time once: %s',
    async (line) => {
      await listen(createServer((connection) => connection.destroy()));
      const answer = await send(`${line} HTTP/1.1\r\nX-Call-Id: mine\r\nContent-Length: 0`);
      expect(parseStatus(answer)).toBeGreaterThanOrEqual(400);
      expect(answer.match(/^x-call-id: mine\r$/gim)).toHaveLength(1);
      expect(answer.match(/^x-start-time: \d{19}\r$/gim)).toHaveLength(1);
    },
  );

  test("has the duration of the function, and the function's own value if it sends one", async () => {
    await functionIs((_, response) => response.end());
    expect(await send('GET /function/fn HTTP/1.1')).toMatch(/^x-duration-seconds: 0\.\d{6}\r$/im);
    await functionIs((_, response) => response.setHeader('x-duration-seconds', ['7.000001', '8']).end());
    const told = await send('GET /function/fn HTTP/1.1');
    expect(told.match(/^x-duration-seconds: .*\r$/gim)).toEqual(['X-Duration-Seconds: 7.000001\r']);
  });
});

describe('a function that does not answer', () => {
  const why = (reason: RegExp) => [
    { callId: 'mine', function: 'fn', reason: expect.stringMatching(reason) as string },
    'Could not pass on',
  ];

  test('makes the gateway answer 502 and log the reason', async () => {
    await listen(createServer((connection) => connection.destroy()));
    const answer = await send('GET /function/fn?secret HTTP/1.1\r\nX-Call-Id: mine');
    expect(parseStatus(answer)).toBe(502);
    expect(warn.mock.calls).toEqual([why(/other side closed|ECONNRESET/)]);
  });

  test('in time makes the gateway answer 504 and log the reason', async () => {
    await functionIs(() => {});
    const answer = await send('GET /function/fn HTTP/1.1\r\nX-Call-Id: mine');
    expect(parseStatus(answer)).toBe(504);
    expect(warn.mock.calls).toEqual([why(/Not within 300 ms/)]);
  });
});

describe('a client that closes the connection', () => {
  test.each(['async-function', 'function'])('while it sends causes no error in the log: %s', async (route) => {
    const [asked, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await functionIs((request) => {
      asked.resolve();
      request.on('error', () => {}).once('close', () => closed.resolve());
    });
    const client = await open();
    client.write(`POST /${route}/fn HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`);
    const connections = () =>
      new Promise<number>((resolve) =>
        gateway.app.getHttpServer().getConnections((_: unknown, n: number) => resolve(n)),
      );
    await eventually(async () => (await connections()) === 1);
    if (route === 'function') await asked.promise;
    client.resetAndDestroy();
    await eventually(async () => (await connections()) === 0);
    if (route === 'function') await closed.promise;
    expect([warn.mock.calls, error.mock.calls, published]).toEqual([[], [], []]);
  });
});

describe('closing', () => {
  test('does not wait for an incomplete header or a connection without a request', async () => {
    const [silent, half] = [await open(), await open()];
    half.write('GET /function/fn HTTP/1.1\r\nHost');
    await expect(gateway.close()).resolves.toBeUndefined();
    for (const client of [silent, half]) if (!client.closed) await once(client.resume(), 'close');
  });

  test('waits for requests in flight', async () => {
    const asked = Promise.withResolvers<() => void>();
    await functionIs((_, response) => asked.resolve(() => response.end('late')));
    const answer = send('GET /function/fn HTTP/1.1');
    const answerLate = await asked.promise;
    const closing = gateway.close();
    answerLate();
    expect(bodyOf(await answer)).toContain('late');
    await closing;
  });

  test('cuts off an endless body when its time is over', async () => {
    const client = await open();
    client.write('POST /async-function/fn HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    const time = new AbortController();
    const closing = gateway.close(time.signal);
    time.abort();
    await closing;
    expect([error.mock.calls, published]).toEqual([[], []]);
  });
});
