import type { IncomingMessage, ServerResponse } from 'node:http';

import { endToEnd, pairsOf, type HeaderPairs } from '@later/job-schema';
import type { Dispatcher } from 'undici';

import type { Refusal } from '../refusing/refusal.js';
import { writeRefusal } from '../refusing/write-refusal.js';
import { durationHeader } from './duration-header.js';
import { forwardRequest, type NotForwarded } from './forward-request.js';
import { upstreamPath } from './upstream-path.js';

/** One call to a server. Its body is unread. */
export interface ServerCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The part of the path after the function's name, still percent-encoded; `/` when it is empty. */
  readonly path: string;
  /** The raw query without the `?`; empty when there is none. */
  readonly query: string;
  /** The longest time from the start of the call to the end of its answer, in ms. */
  readonly timeoutMs: number;
}

/** Forwards a call to an HTTP server and streams both bodies. Answers 502 or 504 itself when the server does not. */
export async function forwardCall(http: Dispatcher, url: URL, call: ServerCall): Promise<void> {
  const { request, response, timeoutMs } = call;
  const started = performance.now();
  const forwarding = {
    http,
    origin: url.origin,
    path: upstreamPath(url, call),
    headers: headersFor(pairsOf(request.rawHeaders)),
    answerHeaders: (answered: HeaderPairs) => durationHeader(answered, started),
    timeoutMs,
  };
  const forwarded = await forwardRequest(forwarding, request, response);
  if (forwarded.kind === 'answered' || forwarded.kind === 'broke-off') return;
  writeRefusal(response, refusalOf(forwarded, timeoutMs));
}

/** The caller's headers without those of its connection to this process: undici writes its own `Host` and length. */
const headersFor = (pairs: HeaderPairs): HeaderPairs =>
  endToEnd(pairs).filter(([name]) => !/^(host|content-length|expect)$/i.test(name));

function refusalOf({ kind, reason }: NotForwarded, timeoutMs: number): Refusal {
  if (kind === 'too-slow') return { status: 504, text: `The function did not answer within ${timeoutMs} ms.` };
  return { status: 502, text: `The function cannot be reached: ${reason}` };
}
