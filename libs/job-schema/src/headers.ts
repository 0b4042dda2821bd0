import { z } from 'zod';

/** Header fields in their original order and spelling; a repeated field is there repeatedly. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

export const headerPairs = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();

/** The names of the headers that Later sets or reads. */
export const laterHeaders = {
  callId: 'X-Call-Id',
  startTime: 'X-Start-Time',
  callbackUrl: 'X-Callback-Url',
  durationSeconds: 'X-Duration-Seconds',
  functionName: 'X-Function-Name',
  functionStatus: 'X-Function-Status',
  retry: 'X-Retry',
  retryMax: 'X-Retry-Max',
  attempt: 'X-Later-Attempt',
} as const;

/** The hop-by-hop headers (RFC 9110 section 7.6.1). `Connection` may name more. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that only Later may set: a caller's values are dropped. */
const reservedHeaders = /^x-(function-|retry(-max)?$|start-time$|later-attempt$)/;

/** Node's `rawHeaders` (name, value, name, value …) as pairs. */
export function pairsOf(rawHeaders: readonly string[]): HeaderPairs {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    pairs.push([rawHeaders[index]!, rawHeaders[index + 1]!]);
  return pairs;
}

/** Pairs as a flat list, in the form of Node's `rawHeaders`. */
export const rawHeadersOf = (pairs: HeaderPairs): string[] => pairs.flat();

/** The first value of a header. The spelling of the name does not matter. */
export function headerValue(pairs: HeaderPairs, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return pairs.find(([each]) => each.length === wanted.length && each.toLowerCase() === wanted)?.[1];
}

/** The headers without hop-by-hop fields and those that `Connection` names (RFC 9110 section 7.6.1). */
export function endToEnd(pairs: HeaderPairs): HeaderPairs {
  const named = namedInConnection(pairs);
  return pairs.filter(([name]) => {
    const lower = name.toLowerCase();
    return !hopByHop.has(lower) && !named.has(lower);
  });
}

const none: ReadonlySet<string> = new Set();

function namedInConnection(pairs: HeaderPairs): ReadonlySet<string> {
  let named: Set<string> | undefined;
  for (const [name, value] of pairs) {
    if (name.length !== 'connection'.length || name.toLowerCase() !== 'connection') continue;
    named ??= new Set();
    for (const each of value.toLowerCase().split(',')) named.add(each.trim());
  }
  return named ?? none;
}

/**
 * The caller's headers that a function receives: the end-to-end ones, without those that only Later may set, without
 * `Host` and `Expect`, which are meant for the gateway, and without `Content-Length`, which the HTTP client writes.
 */
export function forFunction(pairs: HeaderPairs): HeaderPairs {
  return endToEnd(pairs).filter(([name]) => {
    const lower = name.toLowerCase();
    return lower !== 'host' && lower !== 'content-length' && lower !== 'expect' && !reservedHeaders.test(lower);
  });
}
