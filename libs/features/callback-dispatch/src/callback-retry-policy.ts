import { parseDuration, retryAfterMs } from '@later/job-schema';
import { ack, deadLetter, retry, type Outcome } from '@later/transport-contract';
import { z } from 'zod';

import type { PostResult } from './post-callback.js';

/**
 * The waits before the second, third … attempt: the schedule of Standard Webhooks, three days in all. A callback whose
 * schedule is used up becomes a dead letter.
 *
 *     attempt   2    3    4     5    6    7     8     9     10
 *     after     5s   5m   30m   2h   5h   10h   14h   20h   24h   each plus or minus a fifth
 */
const defaultSchedule = '5s,5m,30m,2h,5h,10h,14h,20h,24h';

/** Spreads the retries of callbacks that failed together. */
const jitter = 0.2;

/** 410 Gone: the receiver wants no more callbacks (Standard Webhooks). */
const goneStatus = 410;

/** The waits in ms. There is one attempt more than there are waits. */
export type CallbackRetrySchedule = readonly number[];

/** Reads a schedule such as `5s,5m`. */
export const callbackRetrySchedule = z
  .string()
  .default(defaultSchedule)
  .transform((text, context): CallbackRetrySchedule => {
    const waits = text.split(',').map((wait) => parseDuration(wait.trim()));
    if (waits.every((wait) => wait !== undefined)) return waits;
    context.addIssue({ code: 'custom', message: `expected durations such as 5s,5m,30m, received "${text}"` });
    return z.NEVER;
  });

/** Decides about a callback after an attempt: 2xx is done, 410 is final, everything else is retried by the schedule. */
export function settleCallback(
  schedule: CallbackRetrySchedule,
  attempt: number,
  posted: PostResult,
  now: Date,
): Outcome {
  const reason = posted.kind === 'failed' ? posted.reason : `status ${posted.status}`;
  if (posted.kind === 'answered' && posted.status >= 200 && posted.status < 300) return ack();
  if (posted.kind === 'answered' && posted.status === goneStatus) {
    return deadLetter('the receiver is gone: status 410');
  }
  const waitMs = waitBeforeAttempt(schedule, attempt + 1);
  if (waitMs === undefined) return deadLetter(`gave up after ${attempt} attempts: ${reason}`);
  return retry(Math.max(waitMs, retryAfterOf(posted, schedule, now)));
}

/**
 * How long to wait before an attempt, in ms; undefined when the schedule is used up.
 * @param attempt the number of the next attempt, at least 2
 * @param random from 0 to below 1
 */
export function waitBeforeAttempt(
  schedule: CallbackRetrySchedule,
  attempt: number,
  random: number = Math.random(),
): number | undefined {
  const wait = schedule[attempt - 2];
  return wait === undefined ? undefined : Math.round(wait * (1 - jitter + 2 * jitter * random));
}

/** The wait that the receiver asks for, at most the longest of the schedule; 0 when it asks for none. */
function retryAfterOf(posted: PostResult, schedule: CallbackRetrySchedule, now: Date): number {
  if (posted.kind === 'failed') return 0;
  return retryAfterMs({ minWaitMs: 0, maxWaitMs: Math.max(...schedule) }, posted.retryAfter, now) ?? 0;
}
