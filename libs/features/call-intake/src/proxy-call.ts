import type { IncomingMessage, ServerResponse } from 'node:http';

import { forwardRequest, secondsSince, upstreamPath, type FunctionTarget, type Refusal } from '@later/http-kit';
import { headerValue, laterHeaders, type CallId, type HeaderPairs } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import { allowedTime, type CallableFunction } from '@later/provider-client';
import type { Dispatcher } from 'undici';

import { callHeaders, headersForFunction } from './function-headers.js';
import { refusals } from './refusals.js';

export interface ProxyCall {
  readonly http: Dispatcher;
  readonly timeoutMs: number;
  readonly log: Pick<Logger, 'warn'>;
}

export interface SyncCall {
  readonly callId: CallId;
  readonly acceptedAtNs: string;
  readonly target: FunctionTarget;
  readonly fn: CallableFunction;
}

/**
 * Forwards a request to the function and its answer to the caller, both streamed.
 * @returns the refusal when the function gave no answer; undefined when it did, even if the answer broke off
 */
export async function proxyCall(
  { http, timeoutMs, log }: ProxyCall,
  { callId, acceptedAtNs, target, fn }: SyncCall,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<Refusal | undefined> {
  const started = performance.now();
  const ours = callHeaders(callId, acceptedAtNs);
  const allowedMs = allowedTime(fn, timeoutMs, request.headers['x-timeout']?.toString());
  const forwarding = {
    http,
    origin: fn.upstream.origin,
    path: upstreamPath(fn.upstream, target),
    headers: [...headersForFunction(request), ...ours],
    answerHeaders: (answered: HeaderPairs) => [...ours, durationOf(answered, started)],
    timeoutMs: allowedMs,
  };
  const forwarded = await forwardRequest(forwarding, request, response);
  if (forwarded.kind === 'answered') return undefined;
  const { reason } = forwarded;
  const clientGone = forwarded.kind === 'broke-off' && forwarded.clientGone;
  if (!clientGone) log.warn({ callId, function: target.functionName, reason }, 'Could not pass on');
  switch (forwarded.kind) {
    case 'broke-off':
      return undefined;
    case 'too-slow':
      return refusals.tooSlow(target.functionName, allowedMs);
    case 'unreachable':
      return refusals.unreachable(target.functionName);
  }
}

/** The duration that the watchdog measured; a function without a watchdog may send none. */
function durationOf(answered: HeaderPairs, started: number): HeaderPairs[number] {
  const measured = headerValue(answered, laterHeaders.durationSeconds);
  return [laterHeaders.durationSeconds, measured ?? secondsSince(started)];
}
