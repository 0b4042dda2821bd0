import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';

import { Deadline } from '@later/http-kit';
import { endToEnd, pairsOf, rawHeadersOf, type CallId, type HeaderPairs } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import { upstreamPath, type CallableFunction } from '@later/function-routing';
import type { Dispatcher } from 'undici';

import type { CallTarget } from './call-target.js';
import { callHeaders, headersForFunction } from './forwarded.js';
import { refusals, type Refusal } from './refusal.js';
import { startTimeNs } from './start-time.js';

export interface ProxyCall {
  readonly http: Dispatcher;
  readonly timeoutMs: number;
  readonly log: Pick<Logger, 'warn'>;
}

export interface SyncCall {
  readonly callId: CallId;
  readonly target: CallTarget;
  readonly fn: CallableFunction;
}

/**
 * Passes a request to the function and its answer back, both streamed. Redirects are passed on, not followed.
 * @returns why there is no answer of the function; undefined when there is, to the end or broken off
 */
export async function proxyCall(
  { http, timeoutMs, log }: ProxyCall,
  { callId, target, fn }: SyncCall,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<Refusal | undefined> {
  const ours = callHeaders(callId, startTimeNs());
  const allowedMs = fn.timeoutMs ?? timeoutMs;
  using deadline = new Deadline(allowedMs);
  let clientGone = false;
  response.once('close', () => {
    if (response.writableFinished) return;
    // undici destroys a response that it cannot finish, and says why.
    clientGone = !response.errored;
    deadline.abort(new Error('The client went away'));
  });
  try {
    const call = {
      origin: fn.upstream.origin,
      path: upstreamPath(fn, target),
      method: request.method as Dispatcher.HttpMethod,
      headers: rawHeadersOf([...headersForFunction(request), ...contentLength(request), ...ours]),
      body: hasBody(request) ? bodyFor(request) : null,
      signal: deadline.signal,
      responseHeaders: 'raw' as const,
    };
    await http.stream(call, ({ statusCode, headers }) => {
      // With `responseHeaders: 'raw'` they are names and values in turn, as in Node's `rawHeaders`.
      const answered = endToEnd(pairsOf(headers as unknown as string[]));
      return response.writeHead(statusCode, rawHeadersOf([...without(answered, ours), ...ours]));
    });
    return undefined;
  } catch (error) {
    if (!clientGone) log.warn({ callId, function: target.functionName, reason: reasonOf(error) }, 'Could not pass on');
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return undefined;
    }
    if (deadline.passed) return refusals.tooSlow(target.functionName, allowedMs);
    return refusals.unreachable(target.functionName);
  } finally {
    // What the function did not want to read: left unread, it would keep the client from its next request.
    request.resume();
  }
}

/** undici destroys a body that it could not send to its end; a request's connection is still needed for the answer. */
function bodyFor(request: IncomingMessage): Readable {
  const body = new PassThrough();
  request.once('error', (error) => body.destroy(error));
  return request.pipe(body);
}

/** Why undici gave up, in a line; a connection that was tried at several addresses fails without a message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function contentLength({ headers }: IncomingMessage): HeaderPairs {
  const length = headers['content-length'];
  return length === undefined || headers['transfer-encoding'] !== undefined ? [] : [['Content-Length', length]];
}

function without(pairs: HeaderPairs, ours: HeaderPairs): HeaderPairs {
  const names = new Set(ours.map(([name]) => name.toLowerCase()));
  return pairs.filter(([name]) => !names.has(name.toLowerCase()));
}
