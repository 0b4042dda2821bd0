/**
 * Whether a request is for one of the protected paths. The matched route decides, because it answers the request. Without
 * a route, or with one that takes any first segment, the sent path decides, after it was normalized.
 * @param routeUrl the pattern of the matched route: `/system/*`
 * @param sentUrl the request target, unchanged
 */
export function isProtected(
  paths: readonly string[],
  { routeUrl, sentUrl }: { readonly routeUrl: string | undefined; readonly sentUrl: string },
): boolean {
  const isUnder = (path: string): boolean => paths.some((each) => path === each || path.startsWith(`${each}/`));
  if (routeUrl !== undefined && !/^\/?[^/]*[:*(]/.test(routeUrl)) return isUnder(routeUrl);
  // A route for any path, `/*` or `/:file`, may also answer a protected path.
  return isUnder(normalizedPath(sentUrl));
}

/** The path as the most lenient server would read it. */
function normalizedPath(sentUrl: string): string {
  const target = sentUrl.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  const [path = ''] = decodeFully(target.split(/[?#]/, 1)[0]!)
    .toLowerCase()
    .split(/[?#;\0]/, 1);
  const segments: string[] = [];
  for (const segment of path.split(/[/\\]/)) {
    const name = segment.trim();
    if (name === '..') segments.pop();
    else if (name !== '' && name !== '.') segments.push(name);
  }
  return `/${segments.join('/')}`;
}

/** Decodes a path that was encoded several times. */
function decodeFully(path: string): string {
  let decoded = path;
  // A path that is still encoded after ten rounds matches no route.
  for (let times = 0; times < 10 && decoded.includes('%'); times += 1) {
    decoded = decoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  }
  return decoded;
}
