import { laterHeaders, type Callback, type HeaderPairs } from '@later/job-schema';

import { version } from '@later/service-kit';

const userAgent = `later-callback-dispatcher/${version.release}`;

/** Said anew for the callback: what a function answered under these names was about its own connection or is ours. */
const saidAnew = new Set([
  'content-length',
  'expect',
  'host',
  'user-agent',
  'date',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  ...Object.values(laterHeaders).map((name) => name.toLowerCase()),
]);

/** The headers of a callback: those of the function's answer, then what OpenFaaS says of the call. */
export function callbackHeaders(callback: Callback): HeaderPairs {
  return [
    ...callback.headers.filter(([name]) => !saidAnew.has(name.toLowerCase())),
    [laterHeaders.callId, callback.callId],
    [laterHeaders.durationSeconds, callback.durationSeconds.toFixed(6)],
    [laterHeaders.functionName, callback.functionName],
    [laterHeaders.functionStatus, String(callback.status)],
    [laterHeaders.retry, String(callback.retries)],
    [laterHeaders.retryMax, String(callback.maxRetries)],
    ['User-Agent', userAgent],
    // Standard Webhooks: constant over the attempts, so that a receiver can tell a repeat.
    ['webhook-id', callback.id],
  ];
}
