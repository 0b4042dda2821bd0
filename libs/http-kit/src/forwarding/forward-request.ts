import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';

import { endToEnd, pairsOf, rawHeadersOf, type HeaderPairs } from '@later/job-schema';
import type { Dispatcher } from 'undici';

import { Deadline } from '../sending/deadline.js';

/** The destination of a request, and the changes on the way. */
export interface Forwarding {
  readonly http: Dispatcher;
  readonly origin: string;
  /** With its query, still percent-encoded. */
  readonly path: string;
  /** The headers of the forwarded request, without those of its body's length and coding. */
  readonly headers: HeaderPairs;
  /** Headers that are added to the answer; they replace the answer's own of the same name. */
  readonly answerHeaders: (answered: HeaderPairs) => HeaderPairs;
  /** The longest time for the request and its answer, in ms. */
  readonly timeoutMs: number;
}

/** A request without an answer: the caller must still write the response. */
export interface NotForwarded {
  readonly kind: 'too-slow' | 'unreachable';
  readonly reason: string;
}

/**
 * The end of a forwarded request: a complete answer, an answer that broke off after its begin or because the client
 * went away, or no answer.
 */
export type Forwarded =
  | { readonly kind: 'answered' }
  | { readonly kind: 'broke-off'; readonly reason: string; readonly clientGone: boolean }
  | NotForwarded;

/** Forwards a request and its answer, both streamed. A redirect is an answer as any other: it is not followed. */
export async function forwardRequest(
  { http, origin, path, headers, answerHeaders, timeoutMs }: Forwarding,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Forwarded> {
  using deadline = new Deadline(timeoutMs);
  let clientGone = false;
  response.once('close', () => {
    if (response.writableFinished) return;
    // undici destroys a response that it cannot finish, with an error.
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
      // With `responseHeaders: 'raw'` they alternate names and values, as Node's `rawHeaders` do.
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
    // The unread rest of the body would block the client's next request on this connection.
    request.resume();
  }
}

/** undici destroys a body that it cannot send completely; the connection of the request itself must stay for the answer. */
function bodyFor(request: IncomingMessage): Readable {
  const body = new PassThrough();
  request.once('error', (error) => body.destroy(error));
  return request.pipe(body);
}

/** The reason for a failure of undici, in one line. A connection that failed at several addresses has no message. */
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
