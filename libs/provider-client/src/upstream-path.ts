import type { CallableFunction } from './function-directory.js';

/** The path of a request to a function: the upstream's path, then the call's, both unchanged. */
export function upstreamPath(
  { upstream }: Pick<CallableFunction, 'upstream'>,
  { path, query }: { readonly path: string; readonly query: string },
): string {
  const base = upstream.pathname.endsWith('/') ? upstream.pathname.slice(0, -1) : upstream.pathname;
  return query === '' ? `${base}${path}` : `${base}${path}?${query}`;
}
