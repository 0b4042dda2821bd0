import type { IncomingMessage } from 'node:http';

/** What a request asks for, percent-encoding untouched. */
export interface RequestTarget {
  /** Empty or with its first slash. */
  readonly path: string;
  /** Raw, without the `?`. */
  readonly query: string;
}

/**
 * Reads a request target in the origin-form (`/echo/a%2Fb?x=%20y`) or the absolute-form (`http://host/echo`): a server
 * must take both (RFC 9112 section 3.2).
 */
export function readRequestTarget(written: string): RequestTarget {
  const target = written.startsWith('/') ? written : written.replace(/^https?:\/\/[^/?]*/i, '');
  const queryStart = target.indexOf('?');
  if (queryStart < 0) return { path: target, query: '' };
  return { path: target.slice(0, queryStart), query: target.slice(queryStart + 1) };
}

/** Takes the first segment off a path: of `/a%2Fb/c` it is `a%2Fb`, and `/c` is left. */
export function takeSegment(path: string): { readonly segment: string; readonly rest: string } {
  const start = path.startsWith('/') ? 1 : 0;
  const end = path.indexOf('/', start);
  return end < 0
    ? { segment: path.slice(start), rest: '' }
    : { segment: path.slice(start, end), rest: path.slice(end) };
}

/** A request's target as its client wrote it, whatever `routableUrl` made of it. */
export const requestTargetOf = (request: IncomingMessage & { readonly originalUrl?: string }): RequestTarget =>
  readRequestTarget(request.originalUrl ?? request.url ?? '');

/**
 * The URL that a router is shown, for Fastify's `rewriteUrl`. The router decodes a path before it chooses a route and
 * refuses `/function/echo/100%` and `%FF`, which are the function's to judge: each `%` of such a path is escaped.
 */
export function routableUrl({ url = '' }: { readonly url?: string }): string {
  if (!url.includes('%')) return url;
  const queryStart = url.indexOf('?');
  const path = queryStart < 0 ? url : url.slice(0, queryStart);
  return canBeDecoded(path) ? url : path.replaceAll('%', '%25') + (queryStart < 0 ? '' : url.slice(queryStart));
}

function canBeDecoded(path: string): boolean {
  try {
    decodeURI(path);
    return true;
  } catch {
    return false;
  }
}
