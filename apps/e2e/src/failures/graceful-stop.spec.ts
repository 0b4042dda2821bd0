import { eventually, type RecordingServer, startRecordingServer, System } from '@later/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { http } from '../clients/http.js';

let server: RecordingServer;
let system: System;
let release: () => void;

beforeAll(async () => {
  server = await startRecordingServer();
  // One attempt only: a job that is given back must not use it up.
  const fn = { upstream: server.url, annotations: { 'com.openfaas.retry.attempts': '1' } };
  system = await System.start({
    transport: 'embedded',
    roles: ['gateway', 'provider', 'queue-worker'],
    // No job starts a second time because its worker is slow to stop.
    env: { ACK_WAIT: '60s', MAX_IN_FLIGHT: '2' },
    functions: { fn },
  });
});
afterAll(async () => {
  await system?.stop();
  await server?.close();
});

// The function holds every call of a test until the test releases them.
beforeEach(() => {
  const held = Promise.withResolvers<void>();
  release = held.resolve;
  server.answerWith(async (_, response) => {
    await held.promise;
    response.end();
  });
});
afterEach(() => release());

/** Submits calls and resolves once the function has the first `held` of them. */
async function submit(times: number, held = times): Promise<void> {
  const before = server.requests.length;
  await Promise.all(Array.from({ length: times }, () => http(`${system.gatewayUrl}/async-function/fn`)));
  await eventually(() => server.requests.length === before + held);
}

const attemptsOf = (requests: RecordingServer['requests']) =>
  requests.map(({ headers }) => headers.get('x-later-attempt'));

test('a worker that gets SIGTERM is unready at once, takes no new job, and finishes its jobs', async () => {
  const before = server.requests.length;
  await submit(4, 2);
  const worker = system.app('queue-worker');
  const health = `${worker.url('queue-worker')}/readyz`;
  worker.signal('SIGTERM');
  await eventually(async () => (await http(health, { method: 'GET' })).status === 503);
  release();
  expect(await worker.exited).toBe(0);
  expect(system.logged('queue-worker', 'Invoked')).toHaveLength(2);
  expect(server.requests.length - before).toBe(2);
  await system.startRole('queue-worker', { SHUTDOWN_GRACE: '300ms' });
  await eventually(() => system.logged('queue-worker', 'Invoked').length === 2);
  expect(server.requests.length - before).toBe(4);
});

test('a worker gives back a job that takes longer than the grace period', async () => {
  const before = server.requests.length;
  await submit(1);
  const worker = system.app('queue-worker');
  worker.signal('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(system.logged('queue-worker', 'Given back')).toHaveLength(1);
  release();
  await system.startRole('queue-worker');
  await eventually(() => system.logged('queue-worker', 'Invoked').length === 1);
  expect(attemptsOf(server.requests.slice(before))).toEqual(['1', '2']);
});

test('a worker that gets a second signal ends at once', async () => {
  await submit(1);
  const worker = system.app('queue-worker');
  worker.signal('SIGTERM');
  await eventually(() => system.logged('queue-worker', 'Stopping').length === 1);
  worker.signal('SIGTERM');
  expect(await worker.exited).toBe(143);
});

test('a gateway that gets SIGTERM answers the synchronous call in flight', async () => {
  const before = server.requests.length;
  const answer = http(`${system.gatewayUrl}/function/fn`);
  await eventually(() => server.requests.length === before + 1);
  system.app('gateway').signal('SIGTERM');
  await eventually(() => system.logged('gateway', 'Stopping').length === 1);
  release();
  expect((await answer).status).toBe(200);
  expect(await system.app('gateway').exited).toBe(0);
});
