/**
 * Whether a request is for one of the protected paths. The route that it matched decides, since that is what answers it;
 * where there is no route, or one that takes any first segment, the path as sent decides, read in every way there is.
 * @param routeUrl the pattern of the matched route: `/system/*`
 * @param sentUrl the request target, as the client wrote it
 */
export function isProtected(
  paths: readonly string[],
  { routeUrl, sentUrl }: { readonly routeUrl: string | undefined; readonly sentUrl: string },
): boolean {
  const isUnder = (path: string): boolean => paths.some((each) => path === each || path.startsWith(`${each}/`));
  if (routeUrl !== undefined && !/^\/?[^/]*[:*(]/.test(routeUrl)) return isUnder(routeUrl);
  // A route for any path, `/*` or `/:file`, may serve what lies under a protected one.
  return isUnder(plainPath(sentUrl));
}

/** A path as the most lenient of servers would read it. */
function plainPath(sentUrl: string): string {
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

/** Decodes what was encoded several times over; each time makes it shorter, so it ends. */
function decodeFully(path: string): string {
  let decoded = path;
  // More than this is nobody's mistake, and what is left is no path that a server of ours would find.
  for (let times = 0; times < 10 && decoded.includes('%'); times += 1) {
    decoded = decoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  }
  return decoded;
}
