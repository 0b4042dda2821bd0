import { once } from 'node:events';
import { connect } from 'node:net';

import { createLogger, serve, type Listening } from '@later/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { CallIntakeModule } from './call-intake.module.js';

const log = createLogger({ LOG_LEVEL: 'silent' });
/** The memory is never smaller than one call. */
const config = { MAX_BODY_BYTES: 1_000, MAX_INTAKE_BYTES: 0, UPSTREAM_TIMEOUT: 300 };
const functions = { find: () => ({ upstream: new URL('http://127.0.0.1:9'), timeoutMs: 300 }) } as never;

let gateway: Listening;
let stored: number;
/** The work of storing one call. */
let storing: () => Promise<unknown>;

beforeEach(async () => {
  stored = 0;
  const publish = async () => {
    await storing();
    stored++;
  };
  const intake = CallIntakeModule.of({ config, functions, jobs: { publish }, log });
  gateway = await serve(log, [intake], { HOST: '127.0.0.1', PORT: 0 });
});
afterEach(() => gateway.close(AbortSignal.abort()));

const post = () => fetch(`${gateway.url}/async-function/fn`, { method: 'POST', body: 'a'.repeat(900) });

test('calls that need too many bytes together are received one after the other, and all are accepted', async () => {
  let [now, most] = [0, 0];
  storing = async () => {
    most = Math.max(most, ++now);
    await new Promise(setImmediate);
    now--;
  };
  const answers = await Promise.all(Array.from({ length: 5 }, post));
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  expect([most, stored]).toEqual([1, 5]);
});

test('a call that waits too long is answered 503 with Retry-After, and is not stored', async () => {
  const [started, ending] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  storing = () => {
    started.resolve();
    return ending.promise;
  };
  const first = post();
  await started.promise;
  const second = await post();
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await second.text()).toContain('too many calls are being accepted at once');
  ending.resolve();
  expect((await first).status).toBe(202);
  expect(stored).toBe(1);
});

test('a client that sends slowly loses its memory to the calls that wait', async () => {
  storing = async () => undefined;
  const { hostname, port } = new URL(gateway.url);
  const slow = connect(Number(port), hostname);
  slow.write('POST /async-function/fn HTTP/1.1\r\nHost: fn\r\nContent-Length: 900\r\n\r\naaa');
  const answered = once(slow, 'data');
  // The gateway reads the slow request before it answers the next one.
  await fetch(`${gateway.url}/async-function/`, { method: 'POST' });
  const statuses = (await Promise.all(Array.from({ length: 5 }, post))).map(({ status }) => status);
  expect(statuses).toEqual([202, 202, 202, 202, 202]);
  const [answer] = (await answered) as unknown[];
  expect(String(answer)).toMatch(/^HTTP\/1.1 503 [^]*retry-after: 1\r\n[^]*it came in slowly while others waited/i);
  expect(stored).toBe(5);
  slow.destroy();
});

test('chunked bodies count as the largest allowed bodies, and are accepted', async () => {
  storing = async () => undefined;
  const chunked = () =>
    fetch(`${gateway.url}/async-function/fn`, {
      method: 'POST',
      body: new Blob(['a'.repeat(900)]).stream(),
      duplex: 'half',
    });
  expect((await Promise.all([chunked(), chunked()])).map(({ status }) => status)).toEqual([202, 202]);
});
