import { defaultRetryPolicy, type Job } from '@later/job-schema';
import { startRecordingServer } from '@later/testing';
import { Agent } from 'undici';
import { expect, test } from 'vitest';

import { invokeFunction } from './invoke-function.js';

test("a caller's X-Timeout is kept in the job and limits the time of an attempt", async () => {
  const silent = await startRecordingServer(() => undefined);
  const http = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  const job: Job = {
    id: 'j1',
    callId: 'c1' as Job['callId'],
    functionName: 'figlet',
    method: 'POST',
    path: '/',
    query: '',
    headers: [['x-timeout', '50ms']],
    acceptedAtNs: '1',
    body: new Uint8Array(),
  };
  const fn = {
    name: 'figlet',
    namespace: 'openfaas-fn',
    upstream: new URL(silent.url),
    labels: {},
    annotations: {},
    environment: {},
    retryPolicy: defaultRetryPolicy,
    timeoutMs: 3_600_000,
  };
  const invocation = await invokeFunction(
    { http, timeoutMs: 3_600_000, maxResultBytes: 1_000 },
    { job, attempt: 1, fn, signal: new AbortController().signal },
  );
  expect(invocation).toMatchObject({ status: 504, failure: expect.stringContaining('50 ms') as string });
  await http.destroy();
  await silent.close();
});
