import { headerValue, retryAfterMs, waitBefore, type RetryPolicy } from '@later/job-schema';
import { ack, deadLetter, retry, type Outcome } from '@later/transport-contract';

import type { Invocation } from './invocation.js';

/**
 * What becomes of a job after an attempt: done below 400, again for what the policy calls retryable while attempts are
 * left, else given up.
 */
export function settleJob(policy: RetryPolicy, attempt: number, invocation: Invocation, now: Date): Outcome {
  const { status, failure, final = false } = invocation;
  const why = failure ?? `status ${status}`;
  if (status < 400 && !failure) return ack();
  if (final) return deadLetter(why);
  if (!policy.retryableStatuses.has(status)) return deadLetter(`${why} is final`);
  if (attempt >= policy.maxAttempts) return deadLetter(`gave up after ${attempt} attempts: ${why}`);
  return retry(askedWait(policy, invocation, now) ?? waitBefore(policy, attempt + 1));
}

/** Only these two may ask for a wait (RFC 9110 section 10.2.3, RFC 6585 section 4). */
function askedWait(policy: RetryPolicy, { status, headers }: Invocation, now: Date): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  return retryAfterMs(policy, headerValue(headers, 'retry-after'), now);
}
