/** The path of a request to a server: the path of the server's URL, then the call's path and query, both unchanged. */
export function upstreamPath(
  { pathname }: URL,
  { path, query }: { readonly path: string; readonly query: string },
): string {
  const base = pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
  return query === '' ? `${base}${path}` : `${base}${path}?${query}`;
}
