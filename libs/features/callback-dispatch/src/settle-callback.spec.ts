import { expect, test } from 'vitest';

import { retrySchedule, waitBeforeAttempt } from './retry-schedule.js';
import { settleCallback } from './settle-callback.js';

const schedule = retrySchedule.parse(undefined);
const minutes = (ms: number | undefined) => (ms ?? Number.NaN) / 60_000;
const now = new Date('2026-01-01T00:00:00Z');
const answered = (status: number, retryAfter?: string) =>
  settleCallback(schedule, 1, { kind: 'answered', status, ...(retryAfter !== undefined && { retryAfter }) }, now);

test('the default schedule is the one that its comment tabulates, give or take a fifth', () => {
  const waits = [2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempt) => minutes(waitBeforeAttempt(schedule, attempt, 0.5)));
  expect(waits).toEqual([5 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440]);
  expect(waitBeforeAttempt(schedule, 2, 0)).toBe(4_000);
  expect(waitBeforeAttempt(schedule, 2, 1)).toBe(6_000);
  expect(waitBeforeAttempt(schedule, 11)).toBeUndefined();
});

test('a schedule that cannot be read is refused, saying what one looks like', () => {
  expect(retrySchedule.parse('1s, 2m')).toEqual([1_000, 120_000]);
  expect(retrySchedule.safeParse('1s,soon').error?.issues[0]?.message).toContain('such as 5s,5m,30m');
});

test('2xx is delivered; redirects, errors and silence are tried again; 410 stops', () => {
  for (const status of [200, 202, 204]) expect(answered(status)).toEqual({ kind: 'ack' });
  for (const status of [301, 307, 400, 404, 429, 500, 502]) expect(answered(status).kind).toBe('retry');
  expect(settleCallback(schedule, 1, { kind: 'failed', why: 'ECONNREFUSED' }, now).kind).toBe('retry');
  expect(answered(410)).toEqual({ kind: 'dead-letter', reason: 'the receiver is gone: status 410' });
});

test('a receiver may ask for a longer wait, not for a shorter or an endless one', () => {
  const asked = answered(429, '60');
  expect(asked.kind === 'retry' && asked.afterMs >= 60_000 && asked.afterMs <= 72_000).toBe(true);
  expect(answered(503, '999999999')).toEqual({ kind: 'retry', afterMs: 24 * 3_600_000 });
  expect(answered(503, '0')).not.toEqual({ kind: 'retry', afterMs: 0 });
});

test('when the schedule is used up the callback becomes a dead letter with the last reason', () => {
  const last = settleCallback(schedule, 10, { kind: 'answered', status: 500 }, now);
  expect(last).toEqual({ kind: 'dead-letter', reason: 'gave up after 10 attempts: status 500' });
});
