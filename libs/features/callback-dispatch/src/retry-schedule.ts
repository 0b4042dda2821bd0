import { parseDuration } from '@later/job-schema';
import { z } from 'zod';

/**
 * How long a callback waits before its second, third … attempt: the schedule of Standard Webhooks, three days in all.
 * When it is used up the callback becomes a dead letter.
 *
 *     attempt   2    3    4     5    6    7     8     9     10
 *     after     5s   5m   30m   2h   5h   10h   14h   20h   24h   each give or take a fifth
 */
const defaultSchedule = '5s,5m,30m,2h,5h,10h,14h,20h,24h';

/** Spreads callbacks that failed together. */
const jitter = 0.2;

/** Waits in ms; one attempt more than there are waits. */
export type RetrySchedule = readonly number[];

/** Text like `5s,5m` at the border, a schedule inside. */
export const retrySchedule = z
  .string()
  .default(defaultSchedule)
  .transform((text, context): RetrySchedule => {
    const waits = text.split(',').map((wait) => parseDuration(wait.trim()));
    if (waits.every((wait) => wait !== undefined)) return waits;
    context.addIssue({ code: 'custom', message: `expected durations such as 5s,5m,30m, received "${text}"` });
    return z.NEVER;
  });

/**
 * How long to wait before an attempt, in ms; undefined when the schedule is used up.
 * @param attempt the one that is to come, at least 2
 * @param random from 0 to below 1
 */
export function waitBeforeAttempt(
  schedule: RetrySchedule,
  attempt: number,
  random: number = Math.random(),
): number | undefined {
  const wait = schedule[attempt - 2];
  return wait === undefined ? undefined : Math.round(wait * (1 - jitter + 2 * jitter * random));
}
