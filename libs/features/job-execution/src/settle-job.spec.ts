import { defaultRetryPolicy } from '@later/job-schema';
import type { Outcome } from '@later/transport-contract';
import { describe, expect, test } from 'vitest';

import type { Invocation } from './invocation.js';
import { settleJob } from './settle-job.js';

const now = new Date('2026-01-01T00:00:00Z');
const answered = (status: number, overrides: Partial<Invocation> = {}): Invocation => ({
  status,
  headers: [],
  body: new Uint8Array(),
  durationSeconds: 0.1,
  ...overrides,
});
const settle = (invocation: Invocation, attempt = 1) => settleJob(defaultRetryPolicy, attempt, invocation, now);

describe('a job is', () => {
  test.each([200, 201, 204, 301, 302, 304])('done when its function answers %d', (status) => {
    expect(settle(answered(status))).toEqual({ kind: 'ack' });
  });

  test.each([408, 429, 500, 502, 503, 504])('retried when it answers %d', (status) => {
    expect(settle(answered(status)).kind).toBe('retry');
  });

  test.each([400, 401, 404, 409, 410, 418, 422, 501])('a dead letter when it answers %d', (status) => {
    expect(settle(answered(status))).toEqual({ kind: 'dead-letter', reason: `status ${status} is final` });
  });

  test('retried when its function cannot be reached, and then a dead letter with the reason', () => {
    const unreachable = answered(503, { failure: 'it cannot be reached: ECONNREFUSED' });
    expect(settle(unreachable).kind).toBe('retry');
    expect(settle(unreachable, 10)).toEqual({
      kind: 'dead-letter',
      reason: 'gave up after 10 attempts: it cannot be reached: ECONNREFUSED',
    });
  });

  test('a dead letter at once when another attempt would have the same result', () => {
    expect(settle(answered(502, { failure: 'its result is over the limit of 5 bytes', final: true }))).toEqual({
      kind: 'dead-letter',
      reason: 'its result is over the limit of 5 bytes',
    });
  });
});

test('Retry-After of 429 and 503 is obeyed between min and max wait, and ignored elsewhere', () => {
  const answeredWith = (status: number, value: string) =>
    settle(answered(status, { headers: [['retry-after', value]] }));
  const waitOf = (outcome: Outcome) => (outcome.kind === 'retry' ? outcome.afterMs : Number.NaN);
  expect(waitOf(answeredWith(429, '42'))).toBeGreaterThanOrEqual(42_000);
  expect(waitOf(answeredWith(429, '42'))).toBeLessThanOrEqual(50_400);
  expect(waitOf(answeredWith(503, '1'))).toBeLessThanOrEqual(12_000);
  expect(waitOf(answeredWith(500, '100'))).toBeLessThanOrEqual(15_000);
});
