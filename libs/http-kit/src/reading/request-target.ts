import type { IncomingMessage } from 'node:http';

/** The path and query of a request, still percent-encoded. */
export interface RequestTarget {
  /** Empty, or begins with a slash. */
  readonly path: string;
  /** The raw query without the `?`. */
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

/** Splits a path after its first segment: `/a%2Fb/c` into `a%2Fb` and `/c`. */
export function splitFirstSegment(path: string): { readonly segment: string; readonly rest: string } {
  const start = path.startsWith('/') ? 1 : 0;
  const end = path.indexOf('/', start);
  return end < 0
    ? { segment: path.slice(start), rest: '' }
    : { segment: path.slice(start, end), rest: path.slice(end) };
}

/** The target of a request as its client wrote it, before `routableUrl` changed it. */
export const requestTargetOf = (request: IncomingMessage & { readonly originalUrl?: string }): RequestTarget =>
  readRequestTarget(request.originalUrl ?? request.url ?? '');

/**
 * The URL that the router sees, for Fastify's `rewriteUrl`. The router decodes a path before it chooses a route, and
 * refuses `/function/echo/100%` and `%FF`. Only the function may refuse such a path, so each `%` of it is escaped.
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
