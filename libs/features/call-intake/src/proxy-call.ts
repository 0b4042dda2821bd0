import type { IncomingMessage, ServerResponse } from 'node:http';

import { forwardRequest } from '@later/http-kit';
import { headerValue, laterHeaders, type CallId, type HeaderPairs } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import { allowedTime, upstreamPath, type CallableFunction } from '@later/provider-client';
import type { Dispatcher } from 'undici';

import type { CallTarget } from './call-target.js';
import { callHeaders, headersForFunction } from './forwarded.js';
import { refusals, type Refusal } from './refusal.js';

export interface ProxyCall {
  readonly http: Dispatcher;
  readonly timeoutMs: number;
  readonly log: Pick<Logger, 'warn'>;
}

export interface SyncCall {
  readonly callId: CallId;
  readonly acceptedAtNs: string;
  readonly target: CallTarget;
  readonly fn: CallableFunction;
}

/**
 * Passes a request to the function and its answer back, both streamed.
 * @returns why there is no answer of the function; undefined when there is, to the end or broken off
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
    path: upstreamPath(fn, target),
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

/** By the watchdog's word; what runs elsewhere may have none. @param started on `performance`'s clock */
function durationOf(answered: HeaderPairs, started: number): HeaderPairs[number] {
  const told = headerValue(answered, laterHeaders.durationSeconds);
  return [laterHeaders.durationSeconds, told ?? ((performance.now() - started) / 1_000).toFixed(6)];
}
