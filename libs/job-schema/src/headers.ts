import { z } from 'zod';

/** Header fields in the order they came, a repeated one once for each time. Names keep their spelling. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

export const headerPairs = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();

/** The headers that Later speaks, as it spells them. */
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

/** RFC 9110 section 7.6.1, and what is only ever between two neighbours. `Connection` may name more. */
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

/** Ours to say: what a caller sends under these names is dropped. */
const oursToSay = /^x-(function-|retry(-max)?$|start-time$|later-attempt$)/;

/** Node's `rawHeaders` (name, value, name, value …) as pairs. */
export function pairsOf(rawHeaders: readonly string[]): HeaderPairs {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    pairs.push([rawHeaders[index]!, rawHeaders[index + 1]!]);
  return pairs;
}

/** Pairs as Node and undici take them. */
export const rawHeadersOf = (pairs: HeaderPairs): string[] => pairs.flat();

/** The first value of a header, whatever its spelling. */
export function headerValue(pairs: HeaderPairs, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return pairs.find(([each]) => each.length === wanted.length && each.toLowerCase() === wanted)?.[1];
}

/** Without hop-by-hop fields and without those that `Connection` names (RFC 9110 section 7.6.1). */
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
 * What a function is given of a caller's headers: end to end, without what is ours to say, without `Host` and `Expect`,
 * which were for us, and without `Content-Length`, which is written anew for the body as it is sent.
 */
export function forFunction(pairs: HeaderPairs): HeaderPairs {
  return endToEnd(pairs).filter(([name]) => {
    const lower = name.toLowerCase();
    return lower !== 'host' && lower !== 'content-length' && lower !== 'expect' && !oursToSay.test(lower);
  });
}
