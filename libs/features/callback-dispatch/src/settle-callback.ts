import { retryAfterMs } from '@later/job-schema';
import { ack, deadLetter, retry, type Outcome } from '@later/transport-contract';

import type { Posted } from './post-callback.js';
import { waitBeforeAttempt, type RetrySchedule } from './retry-schedule.js';

/** The receiver says: never again (Standard Webhooks). */
const gone = 410;

/** What becomes of a callback after an attempt: 2xx is delivered, 410 stops, all else is tried again by the schedule. */
export function settleCallback(schedule: RetrySchedule, attempt: number, posted: Posted, now: Date): Outcome {
  const why = posted.kind === 'failed' ? posted.why : `status ${posted.status}`;
  if (posted.kind === 'answered' && posted.status >= 200 && posted.status < 300) return ack();
  if (posted.kind === 'answered' && posted.status === gone) return deadLetter('the receiver is gone: status 410');
  const wait = waitBeforeAttempt(schedule, attempt + 1);
  if (wait === undefined) return deadLetter(`gave up after ${attempt} attempts: ${why}`);
  return retry(Math.max(wait, askedWaitMs(posted, schedule, now)));
}

/** A receiver that is busy may ask for a longer wait than is due, up to the longest of the schedule. */
function askedWaitMs(posted: Posted, schedule: RetrySchedule, now: Date): number {
  if (posted.kind === 'failed') return 0;
  return retryAfterMs({ minWaitMs: 0, maxWaitMs: Math.max(...schedule) }, posted.retryAfter, now) ?? 0;
}
