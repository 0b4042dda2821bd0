import { headerValue, retryAfterMs, waitBefore, type RetryPolicy } from '@later/job-schema';
import { ack, deadLetter, retry, type Outcome } from '@later/transport-contract';

import type { Invocation } from './invocation.js';

/**
 * Decides about a job after an attempt: a status below 400 is done, a retryable one is retried while attempts are left,
 * and everything else becomes a dead letter.
 */
export function settleJob(policy: RetryPolicy, attempt: number, invocation: Invocation, now: Date): Outcome {
  const { status, failure, final = false } = invocation;
  const reason = failure ?? `status ${status}`;
  if (status < 400 && !failure) return ack();
  if (final) return deadLetter(reason);
  if (!policy.retryableStatuses.has(status)) return deadLetter(`${reason} is final`);
  if (attempt >= policy.maxAttempts) return deadLetter(`gave up after ${attempt} attempts: ${reason}`);
  return retry(retryAfterOf(policy, invocation, now) ?? waitBefore(policy, attempt + 1));
}

/** The wait of a `Retry-After`, which 429 and 503 may have (RFC 9110 section 10.2.3, RFC 6585 section 4). */
function retryAfterOf(policy: RetryPolicy, { status, headers }: Invocation, now: Date): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  return retryAfterMs(policy, headerValue(headers, 'retry-after'), now);
}
