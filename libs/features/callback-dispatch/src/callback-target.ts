/** The gateway's name inside OpenFaaS, which the lab's callback URLs use: `http://gateway:8080/function/NAME`. */
const gatewayAlias = 'gateway:8080';

/** The address to which a callback is posted. */
export interface CallbackTarget {
  readonly origin: string;
  readonly path: string;
}

/** Replaces the alias of the gateway by its URL. Every other URL is unchanged. */
export function callbackTarget(callbackUrl: string, gatewayUrl: string): CallbackTarget {
  const url = new URL(callbackUrl);
  const isAlias = url.protocol === 'http:' && url.host === gatewayAlias;
  const base = isAlias ? new URL(gatewayUrl) : url;
  const basePath = isAlias ? base.pathname.replace(/\/$/, '') : '';
  return { origin: base.origin, path: `${basePath}${pathOf(callbackUrl)}` };
}

/** The path and query as the caller wrote them; the URL parser would normalize them. A fragment is never sent. */
function pathOf(callbackUrl: string): string {
  const afterAuthority = /^[a-z]+:[\\/]*[^\\/?#]*([^#]*)/i.exec(callbackUrl)?.[1] ?? '';
  return afterAuthority.startsWith('/') ? afterAuthority : `/${afterAuthority}`;
}
