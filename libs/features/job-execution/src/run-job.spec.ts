import { defaultRetryPolicy, jobEnvelope, callbackEnvelope, type Job } from '@later/job-schema';
import { FunctionNotUpError, ProviderUnavailableError, type CallableFunction } from '@later/provider-client';
import { createLogger } from '@later/service-kit';
import { leave, type Delivery, type Message } from '@later/transport-contract';
import { Agent } from 'undici';
import { expect, test } from 'vitest';

import { runJob, type RunJob } from './run-job.js';

const job: Job = {
  id: 'j1',
  callId: 'c1' as Job['callId'],
  functionName: 'figlet',
  method: 'POST',
  path: '/',
  query: '',
  headers: [],
  callbackUrl: 'http://bin.example/r/1',
  acceptedAtNs: '1',
  body: new Uint8Array(),
};

const figlet: CallableFunction = {
  name: 'figlet',
  namespace: 'openfaas-fn',
  upstream: new URL('http://127.0.0.1:1'),
  labels: {},
  annotations: {},
  environment: {},
  retryPolicy: defaultRetryPolicy,
};

const delivery = (body: Uint8Array, attempt = 1): Delivery => ({
  id: 'm1',
  lane: 'figlet.openfaas-fn',
  body,
  attempt,
  signal: new AbortController().signal,
});

/** A worker that records its callbacks. No test of this file invokes a function. */
function aWorker(deployed: CallableFunction | undefined): { worker: RunJob; handedOver: Message[] } {
  const handedOver: Message[] = [];
  const worker = {
    functions: { find: async () => deployed },
    callbacks: { publish: async (_: string, message: Message) => void handedOver.push(message) },
    log: createLogger({ LOG_LEVEL: 'silent' }),
    http: new Agent(),
    timeoutMs: 1_000,
    maxResultBytes: 1_000,
  };
  return { worker, handedOver };
}

test('garbage becomes a dead letter with its reason', async () => {
  const { worker } = aWorker(figlet);
  for (const garbage of ['', 'garbage', 'LTR\x01\xff\xff\xff\xff', 'LTR\x00\x00\x00\x00\x00']) {
    const outcome = await runJob(worker, delivery(Buffer.from(garbage, 'latin1')));
    expect(outcome).toMatchObject({ kind: 'dead-letter', reason: expect.any(String) as string });
  }
});

test('a job in a newer envelope version is left for a newer worker, at every attempt', async () => {
  const sealed = jobEnvelope.seal(job);
  sealed[3] = 2;
  expect(await runJob(aWorker(figlet).worker, delivery(sealed, 500))).toEqual(leave(60_000));
});

test('a job whose deliveries end with their workers becomes a dead letter, and its caller gets a callback', async () => {
  const { worker, handedOver } = aWorker(figlet);
  const outcome = await runJob(worker, delivery(jobEnvelope.seal(job), defaultRetryPolicy.maxAttempts + 6));
  expect(outcome).toEqual({ kind: 'dead-letter', reason: '15 deliveries of it ended with their worker' });
  expect(handedOver).toMatchObject([{ id: 'j1', lane: 'bin.example' }]);
  expect(callbackEnvelope.open(handedOver[0]!.body)).toMatchObject({ content: { status: 503 } });
});

test('a job whose function was removed becomes a dead letter, and its caller gets a callback', async () => {
  const { worker, handedOver } = aWorker(undefined);
  const outcome = await runJob(worker, delivery(jobEnvelope.seal(job)));
  expect(outcome).toEqual({ kind: 'dead-letter', reason: 'the function is not deployed any more' });
  expect(callbackEnvelope.open(handedOver[0]!.body)).toMatchObject({ content: { status: 404, url: job.callbackUrl } });
});

const unreachable = new ProviderUnavailableError(
  'unreachable',
  'http://127.0.0.1:8081',
  'cannot be reached: ECONNREFUSED',
);

test('a job is retried while the provider is away, and becomes a dead letter after its last attempt', async () => {
  const { worker, handedOver } = aWorker(figlet);
  const away = { ...worker, functions: { find: () => Promise.reject(unreachable) } };
  expect(await runJob(away, delivery(jobEnvelope.seal(job)))).toMatchObject({ kind: 'retry' });
  expect(handedOver).toEqual([]);
  const outcome = await runJob(away, delivery(jobEnvelope.seal(job), defaultRetryPolicy.maxAttempts));
  expect(outcome).toMatchObject({ kind: 'dead-letter', reason: expect.stringContaining('ECONNREFUSED') as string });
  expect(callbackEnvelope.open(handedOver[0]!.body)).toMatchObject({ content: { status: 503 } });
});

test('an unexpected error of the lookup is thrown', async () => {
  const { worker } = aWorker(figlet);
  const broken = { ...worker, functions: { find: () => Promise.reject(new TypeError('ours')) } };
  await expect(runJob(broken, delivery(jobEnvelope.seal(job)))).rejects.toThrow('ours');
});

test.each([unreachable, new FunctionNotUpError('figlet.openfaas-fn', 'no instance')])(
  'a job whose function cannot be woken is retried: $code',
  async (failure) => {
    const { worker } = aWorker({ ...figlet, wake: () => Promise.reject(failure) });
    expect(await runJob(worker, delivery(jobEnvelope.seal(job)))).toMatchObject({ kind: 'retry' });
  },
);

test('a job whose worker stops while its function is woken is given back', async () => {
  const stopping = new AbortController();
  const wake = async (signal?: AbortSignal): Promise<void> => {
    stopping.abort(new Error('stopping'));
    signal?.throwIfAborted();
  };
  const { worker } = aWorker({ ...figlet, wake });
  const given = { ...delivery(jobEnvelope.seal(job)), signal: stopping.signal };
  expect(await runJob(worker, given)).toEqual({ kind: 'retry', afterMs: 0 });
});
