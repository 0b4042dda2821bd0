import type { IncomingMessage } from 'node:http';

import { forFunction, laterHeaders, pairsOf, type HeaderPairs } from '@later/job-schema';

/** Every client can send these headers. Without a list of trusted proxies, the function gets only the gateway's own. */
const forwarded = /^x-forwarded-|^forwarded$/i;

/** The caller's headers as the function receives them: with the caller's address, without Later's own headers. */
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

/** The headers of a call: every answer to it has them, and every request to the function. */
export const callHeaders = (callId: string, startTimeNs: string): HeaderPairs => [
  [laterHeaders.callId, callId],
  [laterHeaders.startTime, startTimeNs],
];
