import { expect, test } from 'vitest';

import { callbackRetrySchedule, settleCallback, waitBeforeAttempt } from './callback-retry-policy.js';

const schedule = callbackRetrySchedule.parse(undefined);
const minutes = (ms: number | undefined) => (ms ?? Number.NaN) / 60_000;
const now = new Date('2026-01-01T00:00:00Z');
const answered = (status: number, retryAfter?: string) =>
  settleCallback(schedule, 1, { kind: 'answered', status, ...(retryAfter !== undefined && { retryAfter }) }, now);

test('the default schedule has the waits in the table of its comment, plus or minus a fifth', () => {
  const waits = [2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempt) => minutes(waitBeforeAttempt(schedule, attempt, 0.5)));
  expect(waits).toEqual([5 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440]);
  expect(waitBeforeAttempt(schedule, 2, 0)).toBe(4_000);
  expect(waitBeforeAttempt(schedule, 2, 1)).toBe(6_000);
  expect(waitBeforeAttempt(schedule, 11)).toBeUndefined();
});

test('an unreadable schedule is refused with an example of a readable one', () => {
  expect(callbackRetrySchedule.parse('1s, 2m')).toEqual([1_000, 120_000]);
  expect(callbackRetrySchedule.safeParse('1s,soon').error?.issues[0]?.message).toContain('such as 5s,5m,30m');
});

test('2xx is done, 410 is final, and redirects, errors and no answer are retried', () => {
  for (const status of [200, 202, 204]) expect(answered(status)).toEqual({ kind: 'ack' });
  for (const status of [301, 307, 400, 404, 429, 500, 502]) expect(answered(status).kind).toBe('retry');
  expect(settleCallback(schedule, 1, { kind: 'failed', reason: 'ECONNREFUSED' }, now).kind).toBe('retry');
  expect(answered(410)).toEqual({ kind: 'dead-letter', reason: 'the receiver is gone: status 410' });
});

test('Retry-After can lengthen the wait up to the longest of the schedule, and cannot shorten it', () => {
  const busy = answered(429, '60');
  expect(busy.kind === 'retry' && busy.afterMs >= 60_000 && busy.afterMs <= 72_000).toBe(true);
  expect(answered(503, '999999999')).toEqual({ kind: 'retry', afterMs: 24 * 3_600_000 });
  expect(answered(503, '0')).not.toEqual({ kind: 'retry', afterMs: 0 });
});

test('a callback becomes a dead letter with its last failure when its schedule is used up', () => {
  const last = settleCallback(schedule, 10, { kind: 'answered', status: 500 }, now);
  expect(last).toEqual({ kind: 'dead-letter', reason: 'gave up after 10 attempts: status 500' });
});
