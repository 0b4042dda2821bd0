import { expect, test } from 'vitest';

import { StartBackoff } from './start-backoff.js';

test('the wait doubles with every failure in a row, up to 30 s', () => {
  const backoff = new StartBackoff();
  const waits = Array.from({ length: 12 }, () => backoff.next(0));
  expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000]);
});

test('the wait is the first one again after an instance that ran for 10 s', () => {
  const backoff = new StartBackoff();
  backoff.next(0);
  backoff.next(9_999);
  expect(backoff.next(10_000)).toBe(100);
});
