import { BodyBrokeOffError, BodyTooLargeError, Deadline, readBody, upstreamPath } from '@later/http-kit';
import {
  endToEnd,
  headerValue,
  laterHeaders,
  pairsOf,
  rawHeadersOf,
  type HeaderPairs,
  type Job,
} from '@later/job-schema';
import { allowedTime, timeoutHeader, type CallableFunction } from '@later/provider-client';
import type { Dispatcher } from 'undici';

import type { Invocation } from './invocation.js';

export interface InvokeFunction {
  readonly http: Dispatcher;
  readonly timeoutMs: number;
  readonly maxResultBytes: number;
}

export interface JobAttempt {
  readonly job: Job;
  readonly attempt: number;
  readonly fn: CallableFunction;
  /** Aborts when this worker has to give up the attempt. */
  readonly signal: AbortSignal;
}

/**
 * Sends a job, as its caller wrote it, to its function's upstream. A failure is also returned as an invocation.
 * @throws the signal's reason when it aborts
 */
export async function invokeFunction(
  { http, timeoutMs, maxResultBytes }: InvokeFunction,
  { job, attempt, fn, signal }: JobAttempt,
): Promise<Invocation> {
  const allowedMs = allowedTime(fn, timeoutMs, headerValue(job.headers, timeoutHeader));
  using deadline = new Deadline(allowedMs, signal);
  const started = performance.now();
  const elapsedSeconds = (): number => (performance.now() - started) / 1_000;
  try {
    const answer = await http.request({
      origin: fn.upstream.origin,
      path: upstreamPath(fn.upstream, job),
      method: job.method,
      headers: rawHeadersOf(headersOf(job, attempt)),
      body: job.body,
      signal: deadline.signal,
      responseHeaders: 'raw',
    });
    // With `responseHeaders: 'raw'`, undici gives names and values in turn, as in Node's `rawHeaders`.
    const headers = endToEnd(pairsOf(answer.headers as unknown as string[]));
    const body = await readBody(answer.body, maxResultBytes).finally(() => answer.body.destroy());
    return { status: answer.statusCode, headers, body, durationSeconds: durationOf(headers) ?? elapsedSeconds() };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BodyTooLargeError) return tooLarge(maxResultBytes, elapsedSeconds());
    if (deadline.passed) return failed(504, `it took longer than ${allowedMs} ms`, elapsedSeconds());
    if (error instanceof BodyBrokeOffError) return failed(502, 'its answer broke off', elapsedSeconds());
    return failed(503, `it cannot be reached: ${reasonOf(error)}`, elapsedSeconds());
  }
}

const failed = (status: number, failure: string, durationSeconds: number): Invocation => ({
  status,
  headers: [],
  body: new Uint8Array(),
  durationSeconds,
  failure,
});

const tooLarge = (maxBytes: number, durationSeconds: number): Invocation => ({
  ...failed(502, `its result is over the limit of ${maxBytes} bytes`, durationSeconds),
  final: true,
});

const headersOf = (job: Job, attempt: number): HeaderPairs => [
  ...job.headers,
  [laterHeaders.callId, job.callId],
  [laterHeaders.startTime, job.acceptedAtNs],
  [laterHeaders.attempt, String(attempt)],
];

/** The duration that the watchdog measured, which excludes the network; undefined without a watchdog. */
function durationOf(headers: HeaderPairs): number | undefined {
  const seconds = Number(headerValue(headers, laterHeaders.durationSeconds));
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `${String(error.code)} ${error.message}`.trim() : error.message;
}
