import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { defaultRetryPolicy, retryAfterMs, retryPolicyOf, waitBefore } from './retry-policy.js';

const seconds = (attempt: number, random: number) => waitBefore(defaultRetryPolicy, attempt, random) / 1_000;

describe('the default retry policy', () => {
  test('gives the schedule that its comment tabulates', () => {
    const schedule = [2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempt) => [seconds(attempt, 0), seconds(attempt, 1)]);
    const longest = [96, 120];
    expect(schedule).toEqual([[10, 15], [20, 30], [40, 60], [80, 120], longest, longest, longest, longest, longest]);
  });

  test('spreads jobs that failed together', () => {
    const waits = new Set(Array.from({ length: 1_000 }, () => waitBefore(defaultRetryPolicy, 2)));
    expect(waits.size).toBeGreaterThan(800);
  });

  test('never waits less than min_wait or more than max_wait', () => {
    const policies = fc.record({
      minWaitMs: fc.integer({ min: 0, max: 100_000 }),
      extra: fc.integer({ min: 0, max: 100_000 }),
    });
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 2, max: 2_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (bounds, attempt, random) => {
          const policy = {
            ...defaultRetryPolicy,
            minWaitMs: bounds.minWaitMs,
            maxWaitMs: bounds.minWaitMs + bounds.extra,
          };
          const wait = waitBefore(policy, attempt, random);
          expect(wait).toBeGreaterThanOrEqual(policy.minWaitMs);
          expect(wait).toBeLessThanOrEqual(policy.maxWaitMs);
        },
      ),
    );
  });
});

test('Retry-After is obeyed between min and max wait', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const read = (value: string | undefined) => retryAfterMs(defaultRetryPolicy, value, now, 0);
  expect(read('30')).toBe(30_000);
  expect(read('Thu, 01 Jan 2026 00:01:00 GMT')).toBe(60_000);
  expect(read('1')).toBe(10_000);
  expect(read('86400')).toBe(120_000);
  expect(retryAfterMs(defaultRetryPolicy, '30', now, 0.5), 'not all together').toBe(33_000);
  expect(read('soon')).toBeUndefined();
  expect(read(undefined)).toBeUndefined();
});

describe('retry annotations', () => {
  test('override the defaults', () => {
    const { policy, warnings } = retryPolicyOf({
      'com.openfaas.retry.attempts': '3',
      'com.openfaas.retry.codes': '500, 503',
      'com.openfaas.retry.min_wait': '1s',
      'com.openfaas.retry.max_wait': '1m30s',
    });
    expect(policy).toEqual({
      maxAttempts: 3,
      minWaitMs: 1_000,
      maxWaitMs: 90_000,
      retryableStatuses: new Set([500, 503]),
    });
    expect(warnings).toEqual([]);
  });

  test('leave room for the jitter when only one bound is given', () => {
    const { policy: late } = retryPolicyOf({ 'com.openfaas.retry.min_wait': '120s' });
    expect([late.minWaitMs, late.maxWaitMs]).toEqual([120_000, 180_000]);
    const { policy: soon } = retryPolicyOf({ 'com.openfaas.retry.max_wait': '3s' });
    expect([soon.minWaitMs, soon.maxWaitMs]).toEqual([2_000, 3_000]);
    const both = { 'com.openfaas.retry.min_wait': '5s', 'com.openfaas.retry.max_wait': '3s' };
    expect(retryPolicyOf(both).warnings.join()).toContain('min_wait is over max_wait');
  });

  test('fall back to the default with a warning that names them', () => {
    const { policy, warnings } = retryPolicyOf({
      'com.openfaas.retry.attempts': 'many',
      'com.openfaas.retry.codes': '5xx',
      'com.openfaas.retry.min_wait': '10',
    });
    expect(policy).toEqual(defaultRetryPolicy);
    expect(warnings).toHaveLength(3);
    expect(warnings.join()).toContain('com.openfaas.retry.attempts: cannot read "many"');
  });
});
