import { isUtf8 } from 'node:buffer';

import { endToEnd, pairsOf } from '@later/job-schema';

import type { InstanceCall } from '@later/runtime-contract';

/**
 * Header names that must not become variables: `Http_Method`, `Http_Path` and `Http_Query` describe the call itself, and
 * programs that ignore case take `Http_Proxy` for `HTTP_PROXY` (httpoxy, CVE-2016-5385).
 */
const reserved = new Set(['method', 'path', 'query', 'proxy']);

/** The `Http_*` variables of a call (OpenFaaS classic watchdog). */
export function httpVariables({ request, path, query }: Omit<InstanceCall, 'response' | 'timeoutMs'>) {
  const variables: Record<string, string> = {};
  const { headers } = request;
  if (headers['transfer-encoding'] === undefined) variables['Http_Content_Length'] = headers['content-length'] ?? '0';
  for (const [name, value] of endToEnd(pairsOf(request.rawHeaders))) {
    if (!/^[A-Za-z0-9-]+$/.test(name) || value.includes('\0') || reserved.has(name.toLowerCase())) continue;
    const variable = `Http_${canonical(name)}`;
    const before = variables[variable];
    const repeated = before !== undefined && variable !== 'Http_Content_Length';
    variables[variable] = repeated ? `${before}, ${decodeUtf8(value)}` : decodeUtf8(value);
  }
  return {
    ...variables,
    Http_Method: request.method ?? '',
    Http_Path: path,
    ...(query !== '' && { Http_Query: query }),
  };
}

/** Turns `x-call-ID` into `X_Call_Id`. */
const canonical = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('_');

/** Node reads each byte of a header as one character, but most clients that send more than ASCII send UTF-8. */
function decodeUtf8(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}
