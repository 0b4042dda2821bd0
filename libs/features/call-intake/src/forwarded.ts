import type { IncomingMessage } from 'node:http';

import { forFunction, laterHeaders, pairsOf, type HeaderPairs } from '@later/job-schema';

/** Anyone can write these: until there is a list of trusted proxies, only what we see ourselves is passed on. */
const forwarded = /^x-forwarded-|^forwarded$/i;

/** A caller's headers as a function is given them: with who called, and without what is ours to say. */
export function headersForFunction(request: IncomingMessage): HeaderPairs {
  const kept = forFunction(pairsOf(request.rawHeaders)).filter(
    ([name]) => !forwarded.test(name) && name.toLowerCase() !== 'x-call-id',
  );
  return [
    ...kept,
    ['X-Forwarded-For', request.socket.remoteAddress ?? ''],
    ['X-Forwarded-Host', request.headers.host ?? ''],
  ];
}

/** The headers that both kinds of call carry to the function. */
export const callHeaders = (callId: string, startTimeNs: string): HeaderPairs => [
  [laterHeaders.callId, callId],
  [laterHeaders.startTime, startTimeNs],
];
