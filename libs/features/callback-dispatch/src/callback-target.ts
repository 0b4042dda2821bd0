/** How the gateway is called from inside, as in the lab: `http://gateway:8080/function/NAME`. */
const gatewayAlias = 'gateway:8080';

/** Where a callback is really posted: its URL, verbatim, or the gateway when it names the gateway. */
export interface CallbackTarget {
  readonly origin: string;
  readonly path: string;
}

/** Resolves the alias of the gateway; every other URL is left as it is. */
export function callbackTarget(callbackUrl: string, gatewayUrl: string): CallbackTarget {
  const url = new URL(callbackUrl);
  const isAlias = url.protocol === 'http:' && url.host === gatewayAlias;
  const base = isAlias ? new URL(gatewayUrl) : url;
  const basePath = isAlias ? base.pathname.replace(/\/$/, '') : '';
  return { origin: base.origin, path: `${basePath}${pathOf(callbackUrl)}` };
}

/** Path and query as they were written: the URL parser would tidy them up. A fragment is never sent. */
function pathOf(callbackUrl: string): string {
  const afterAuthority = /^[a-z]+:[\\/]*[^\\/?#]*([^#]*)/i.exec(callbackUrl)?.[1] ?? '';
  return afterAuthority.startsWith('/') ? afterAuthority : `/${afterAuthority}`;
}
