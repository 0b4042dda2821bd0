import type { IncomingMessage, ServerResponse } from 'node:http';

import { endToEnd, headerValue, laterHeaders, pairsOf, type HeaderPairs } from '@later/job-schema';
import type { Dispatcher } from 'undici';

import { forwardRequest, type Forwarded } from './forward-request.js';

/** One call on its way to a server, nothing of its body read yet. */
export interface ServerCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What came after the function's name, percent-encoding untouched; `/` when nothing did. */
  readonly path: string;
  /** Raw, without the `?`; empty when there was none. */
  readonly query: string;
  /** For all of it, in ms. */
  readonly timeoutMs: number;
}

/** Passes a call on to a server that speaks HTTP, and its answer back, both streamed. */
export async function passOn(http: Dispatcher, url: URL, call: ServerCall): Promise<void> {
  const { request, response, path, query, timeoutMs } = call;
  const started = performance.now();
  const base = url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : url.pathname;
  const forwarding = {
    http,
    origin: url.origin,
    path: query === '' ? base + path : `${base}${path}?${query}`,
    headers: headersOf(pairsOf(request.rawHeaders)),
    answerHeaders: (answered: HeaderPairs) => durationHeader(answered, started),
    timeoutMs,
  };
  const forwarded = await forwardRequest(forwarding, request, response);
  if (forwarded.kind === 'answered' || forwarded.kind === 'broke-off') return;
  const { status, text } = refusal(forwarded, timeoutMs);
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** As they came, but for what was between the caller and us: `Host` and the length of the body are written anew. */
const headersOf = (pairs: HeaderPairs): HeaderPairs =>
  endToEnd(pairs).filter(([name]) => !/^(host|content-length|expect)$/i.test(name));

/** The watchdog's, where the function has not said it itself: until its answer began, in s. */
function durationHeader(answered: HeaderPairs, started: number): HeaderPairs {
  if (headerValue(answered, laterHeaders.durationSeconds) !== undefined) return [];
  return [[laterHeaders.durationSeconds, ((performance.now() - started) / 1_000).toFixed(6)]];
}

function refusal({ kind, reason }: Forwarded & { kind: 'too-slow' | 'unreachable' }, timeoutMs: number) {
  if (kind === 'too-slow') return { status: 504, text: `The function did not answer within ${timeoutMs} ms.` };
  return { status: 502, text: `The function cannot be reached: ${reason}` };
}
