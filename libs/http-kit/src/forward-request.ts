import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';

import { endToEnd, pairsOf, rawHeadersOf, type HeaderPairs } from '@later/job-schema';
import type { Dispatcher } from 'undici';

import { Deadline } from './deadline.js';

/** Where a request goes on to, and with what. */
export interface Forwarding {
  readonly http: Dispatcher;
  readonly origin: string;
  /** With its query, percent-encoding untouched. */
  readonly path: string;
  /** Those of the request as it goes on, without the length and coding of its body. */
  readonly headers: HeaderPairs;
  /** Ours to add to the answer, in the place of what the answer has under these names. */
  readonly answerHeaders: (answered: HeaderPairs) => HeaderPairs;
  /** For all of it, in ms. */
  readonly timeoutMs: number;
}

/**
 * What became of a request: answered to its end; broken off after the answer had begun, or because the client went
 * away; or not answered, so that the response is still to be written.
 */
export type Forwarded =
  | { readonly kind: 'answered' }
  | { readonly kind: 'broke-off'; readonly reason: string; readonly clientGone: boolean }
  | { readonly kind: 'too-slow' | 'unreachable'; readonly reason: string };

/** Passes a request on and its answer back, both streamed. Redirects are passed on, not followed. */
export async function forwardRequest(
  { http, origin, path, headers, answerHeaders, timeoutMs }: Forwarding,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Forwarded> {
  using deadline = new Deadline(timeoutMs);
  let clientGone = false;
  response.once('close', () => {
    if (response.writableFinished) return;
    // undici destroys a response that it cannot finish, and says why.
    clientGone = !response.errored;
    deadline.abort(new Error('The client went away'));
  });
  try {
    const call = {
      origin,
      path,
      method: request.method as Dispatcher.HttpMethod,
      headers: rawHeadersOf([...headers, ...contentLength(request)]),
      body: hasBody(request) ? bodyFor(request) : null,
      signal: deadline.signal,
      responseHeaders: 'raw' as const,
    };
    await http.stream(call, ({ statusCode, headers: raw }) => {
      // With `responseHeaders: 'raw'` they are names and values in turn, as in Node's `rawHeaders`.
      const answered = endToEnd(pairsOf(raw as unknown as string[]));
      const ours = answerHeaders(answered);
      return response.writeHead(statusCode, rawHeadersOf([...without(answered, ours), ...ours]));
    });
    return { kind: 'answered' };
  } catch (error) {
    const reason = reasonOf(error);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return { kind: 'broke-off', reason, clientGone };
    }
    return { kind: deadline.passed ? 'too-slow' : 'unreachable', reason };
  } finally {
    // What was not read of the body: left unread, it would keep the client from its next request.
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
