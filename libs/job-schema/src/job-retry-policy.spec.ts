import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { defaultRetryPolicy, retryPolicyOf, waitBefore } from './job-retry-policy.js';

const seconds = (attempt: number, random: number) => waitBefore(defaultRetryPolicy, attempt, random) / 1_000;

describe('the default retry policy', () => {
  test('gives the waits in the table of its comment', () => {
    const schedule = [2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempt) => [seconds(attempt, 0), seconds(attempt, 1)]);
    const longest = [96, 120];
    expect(schedule).toEqual([[10, 15], [20, 30], [40, 60], [80, 120], longest, longest, longest, longest, longest]);
  });

  test('gives jobs that failed together different waits', () => {
    const waits = new Set(Array.from({ length: 1_000 }, () => waitBefore(defaultRetryPolicy, 2)));
    expect(waits.size).toBeGreaterThan(800);
  });

  test('gives no wait below min_wait or above max_wait', () => {
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

describe('retry annotations', () => {
  test('replace the defaults', () => {
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

  test('with only one bound leave space for the jitter', () => {
    const { policy: late } = retryPolicyOf({ 'com.openfaas.retry.min_wait': '120s' });
    expect([late.minWaitMs, late.maxWaitMs]).toEqual([120_000, 180_000]);
    const { policy: soon } = retryPolicyOf({ 'com.openfaas.retry.max_wait': '3s' });
    expect([soon.minWaitMs, soon.maxWaitMs]).toEqual([2_000, 3_000]);
    const both = { 'com.openfaas.retry.min_wait': '5s', 'com.openfaas.retry.max_wait': '3s' };
    expect(retryPolicyOf(both).warnings.join()).toContain('min_wait is over max_wait');
  });

  test('that are unreadable give the default and a warning with their name', () => {
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
