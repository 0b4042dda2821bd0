import { eventually, startRecordingServer, System, type RecordingServer } from '@later/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { http } from '../clients/http.js';

let fn: RecordingServer;
let bin: RecordingServer;
let system: System;

/** Retries at once, so that a test need not wait. */
const quickRetries = { 'com.openfaas.retry.min_wait': '50ms', 'com.openfaas.retry.max_wait': '100ms' };

beforeAll(async () => {
  [fn, bin] = await Promise.all([startRecordingServer(), startRecordingServer()]);
  system = await System.start({
    transport: 'embedded',
    standalone: true,
    env: {
      CALLBACK_RETRY_SCHEDULE: '50ms,50ms',
      CALLBACK_MAX_IN_FLIGHT: '4',
      CALLBACK_MAX_IN_FLIGHT_PER_HOST: '2',
      MAX_RESULT_BYTES: '1000',
    },
    functions: {
      fn: { upstream: fn.url, annotations: { ...quickRetries, 'com.openfaas.retry.attempts': '3' } },
      away: { upstream: 'http://127.0.0.1:1', annotations: { ...quickRetries, 'com.openfaas.retry.attempts': '2' } },
    },
  });
});
afterAll(async () => {
  await system?.stop();
  await Promise.all([fn?.close(), bin?.close()]);
});

/** Calls later with a callback, and resolves with the callback. */
async function callBack(name: string, headers: string[] = [], body = '') {
  const before = bin.requests.length;
  const accepted = await http(`${system.gatewayUrl}/async-function/${name}`, {
    headers: ['X-Callback-Url', `${bin.url}/${name}`, ...headers],
    body,
  });
  expect(accepted.status).toBe(202);
  const isIts = ({ headers: sent }: (typeof bin.requests)[number]) =>
    sent.get('x-call-id') === accepted.headers.get('x-call-id');
  await eventually(() => bin.requests.slice(before).some(isIts));
  return bin.requests.slice(before).find(isIts)!;
}

test('a function that fails is tried again, told which attempt it is, until it answers', async () => {
  const before = fn.requests.length;
  fn.answerWith((request, response) => {
    response.statusCode = request.headers.get('x-later-attempt') === '3' ? 200 : 503;
    response.end('done');
  });
  const callback = await callBack('fn');
  const attempts = fn.requests.slice(before).map(({ headers }) => headers.get('x-later-attempt'));
  expect(attempts).toEqual(['1', '2', '3']);
  expect(callback.body.toString()).toBe('done');
  expect(Object.fromEntries(callback.headers)).toMatchObject({
    'x-function-status': '200',
    'x-retry': '2',
    'x-retry-max': '2',
  });
});

test('a function that fails to the end is called back with its last answer', async () => {
  fn.answerWith((_, response) => void response.writeHead(500, { 'X-Why': 'broken' }).end('last words'));
  const callback = await callBack('fn');
  expect([callback.headers.get('x-function-status'), callback.headers.get('x-why')]).toEqual(['500', 'broken']);
  expect(callback.body.toString()).toBe('last words');
  await eventually(() => system.logged('queue-worker', 'Dead letter').length > 0);
  expect(system.logged('queue-worker', 'Dead letter').at(-1)?.reason).toBe('gave up after 3 attempts: status 500');
});

test('a 4xx of a function is final, and is called back', async () => {
  const before = fn.requests.length;
  fn.answerWith((_, response) => void response.writeHead(422).end('no'));
  const callback = await callBack('fn');
  expect([callback.headers.get('x-function-status'), callback.headers.get('x-retry')]).toEqual(['422', '0']);
  expect(fn.requests.length).toBe(before + 1);
});

test('a function that is unreachable to the end is called back with 503 and an empty body', async () => {
  const callback = await callBack('away');
  expect([callback.headers.get('x-function-status'), callback.headers.get('x-retry')]).toEqual(['503', '1']);
  expect(callback.body.length).toBe(0);
});

test('a result over the limit fails the call for good, and its caller is told', async () => {
  fn.answerWith((_, response) => void response.end('x'.repeat(1_001)));
  const callback = await callBack('fn');
  expect([callback.headers.get('x-function-status'), callback.body.length]).toEqual(['502', 0]);
});

test('a callback that fails is posted again under the same webhook-id', async () => {
  fn.answerWith((_, response) => void response.end());
  const statuses = [500, 302, 204];
  const [posted, seen] = [bin.requests.length, new Set<string | undefined>()];
  bin.answerWith((request, response) => {
    seen.add(request.headers.get('webhook-id'));
    void response.writeHead(statuses.shift() ?? 204, { Location: `${bin.url}/elsewhere` }).end();
  });
  await callBack('fn');
  await eventually(() => statuses.length === 0);
  expect(bin.requests.slice(posted).map(({ url }) => url)).toEqual(['/fn', '/fn', '/fn']);
  expect(seen.size).toBe(1);
});

test('a dead callback host does not delay another', async () => {
  fn.answerWith((_, response) => void response.end());
  const silent = await startRecordingServer(() => new Promise(() => undefined));
  // More than may be in flight to one host, each for as long as its timeout.
  const toSilence = { headers: ['X-Callback-Url', silent.url] };
  for (let call = 0; call < 10; call++) await http(`${system.gatewayUrl}/async-function/fn`, toSilence);
  await eventually(() => silent.requests.length === 2);
  await callBack('fn');
  expect(silent.requests).toHaveLength(2);
  await silent.close();
});

test('bodies, Authorization, cookies and the path of a callback URL are never in the log', async () => {
  const secrets = ['s3cret-body', 's3cret-token', 's3cret-cookie', 's3cret-path', 's3cret-answer'];
  fn.answerWith((_, response) => void response.writeHead(200, { 'Set-Cookie': secrets[4] }).end(secrets[4]));
  const headers = ['Authorization', `Bearer ${secrets[1]}`, 'Cookie', `a=${secrets[2]}`];
  await http(`${system.gatewayUrl}/async-function/fn`, {
    headers: [...headers, 'X-Callback-Url', `${bin.url}/${secrets[3]}?${secrets[3]}`],
    body: secrets[0]!,
  });
  await eventually(() => bin.requests.some(({ url }) => url.includes(secrets[3]!)));
  expect(fn.requests.at(-1)!.headers.get('authorization')).toContain(secrets[1]);
  const log = JSON.stringify(system.app('gateway').log) + system.app('gateway').output();
  for (const secret of secrets) expect(log).not.toContain(secret);
});
