import { eventually, type RecordingServer, startRecordingServer, System } from '@later/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { http } from './http.js';

let server: RecordingServer;
let system: System;

beforeEach(async () => void (server = await startRecordingServer()));
afterEach(async () => {
  await system.stop();
  await server.close();
});

const start = async (env: Record<string, string>) => {
  // One attempt is all there is: being handed back must not use it up.
  const fn = { upstream: server.url, annotations: { 'com.openfaas.retry.attempts': '1' } };
  system = await System.start({ transport: 'embedded', env, functions: { fn } });
};

/** Holds every call until it is let go. */
function hold(): () => void {
  const held = Promise.withResolvers<void>();
  server.answerWith(async (_, response) => {
    await held.promise;
    response.end();
  });
  return held.resolve;
}

const submit = (times: number) =>
  Promise.all(Array.from({ length: times }, () => http(`${system.gatewayUrl}/async-function/fn`)));

test('SIGTERM: readiness red at once, nothing new taken, running work finishes', async () => {
  await start({ MAX_IN_FLIGHT: '2' });
  const letGo = hold();
  await submit(4);
  await eventually(() => server.requests.length === 2);
  const worker = system.app('queue-worker');
  const health = `${worker.url('queue-worker')}/readyz`;
  worker.signal('SIGTERM');
  await eventually(async () => (await http(health, { method: 'GET' })).status === 503);
  letGo();
  expect(await worker.exited).toBe(0);
  expect(system.logged('queue-worker', 'Invoked')).toHaveLength(2);
  expect(server.requests).toHaveLength(2);
  await system.startRole('queue-worker');
  await eventually(() => system.logged('queue-worker', 'Invoked').length === 2);
  expect(server.requests).toHaveLength(4);
});

test('SIGTERM: work that takes longer than the grace is handed back at once', async () => {
  await start({ SHUTDOWN_GRACE: '300ms', ACK_WAIT: '60s' });
  const letGo = hold();
  await submit(1);
  await eventually(() => server.requests.length === 1);
  const worker = system.app('queue-worker');
  worker.signal('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(system.logged('queue-worker', 'Given back')).toHaveLength(1);
  letGo();
  await system.startRole('queue-worker');
  await eventually(() => system.logged('queue-worker', 'Invoked').length === 1);
  expect(server.requests.map(({ headers }) => headers.get('x-later-attempt'))).toEqual(['1', '2']);
});

test('SIGTERM: a synchronous call in flight is answered', async () => {
  await start({});
  const letGo = hold();
  const answer = http(`${system.gatewayUrl}/function/fn`);
  await eventually(() => server.requests.length === 1);
  system.app('gateway').signal('SIGTERM');
  await eventually(() => system.logged('gateway', 'Stopping').length === 1);
  letGo();
  expect((await answer).status).toBe(200);
  expect(await system.app('gateway').exited).toBe(0);
});

test('a second signal ends the process at once', async () => {
  await start({});
  hold();
  await submit(1);
  await eventually(() => server.requests.length === 1);
  const worker = system.app('queue-worker');
  worker.signal('SIGTERM');
  await eventually(() => system.logged('queue-worker', 'Stopping').length === 1);
  worker.signal('SIGTERM');
  expect(await worker.exited).toBe(143);
});
