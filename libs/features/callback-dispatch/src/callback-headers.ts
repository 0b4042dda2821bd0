import { laterHeaders, type Callback, type HeaderPairs } from '@later/job-schema';

import { version } from '@later/service-kit';

const userAgent = `later-callback-dispatcher/${version.release}`;

/** A function's values of these headers are dropped: they are about its own connection, or only Later may set them. */
const replacedHeaders = new Set([
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

/** The headers of a callback: those of the function's answer, then those that OpenFaaS defines for the call. */
export function callbackHeaders(callback: Callback): HeaderPairs {
  return [
    ...callback.headers.filter(([name]) => !replacedHeaders.has(name.toLowerCase())),
    [laterHeaders.callId, callback.callId],
    [laterHeaders.durationSeconds, callback.durationSeconds.toFixed(6)],
    [laterHeaders.functionName, callback.functionName],
    [laterHeaders.functionStatus, String(callback.status)],
    [laterHeaders.retry, String(callback.retries)],
    [laterHeaders.retryMax, String(callback.maxRetries)],
    ['User-Agent', userAgent],
    // Standard Webhooks: the same for every attempt, so that a receiver can recognize a repetition.
    ['webhook-id', callback.id],
  ];
}
