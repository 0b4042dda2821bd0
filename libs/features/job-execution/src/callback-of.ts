import type { Callback, Job, RetryPolicy } from '@later/job-schema';

import type { Invocation } from './invocation.js';

/** Makes the callback of a finished job; undefined when the caller asked for none. */
export function callbackOf(
  job: Job,
  attempt: number,
  policy: RetryPolicy,
  { status, headers, body, durationSeconds }: Invocation,
): Callback | undefined {
  if (job.callbackUrl === undefined) return undefined;
  return {
    id: job.id,
    callId: job.callId,
    functionName: job.functionName,
    url: job.callbackUrl,
    status,
    headers,
    durationSeconds,
    retries: attempt - 1,
    maxRetries: policy.maxAttempts - 1,
    body,
  };
}
