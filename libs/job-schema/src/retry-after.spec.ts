import { expect, test } from 'vitest';

import { retryAfterMs } from './retry-after.js';

test('Retry-After is obeyed within the bounds, and ignored when unreadable', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const bounds = { minWaitMs: 10_000, maxWaitMs: 120_000 };
  const read = (value: string | undefined) => retryAfterMs(bounds, value, now, 0);
  expect(read('30')).toBe(30_000);
  expect(read('Thu, 01 Jan 2026 00:01:00 GMT')).toBe(60_000);
  expect(read('1')).toBe(10_000);
  expect(read('86400')).toBe(120_000);
  expect(retryAfterMs(bounds, '30', now, 0.5), 'stretched').toBe(33_000);
  expect(read('soon')).toBeUndefined();
  expect(read(undefined)).toBeUndefined();
});
