import { expect, test } from 'vitest';

import { LogBudget } from './log-budget.js';

const mebibyte = 1024 ** 2;

test('a burst of 1 MiB is allowed, and 1 MiB a second after it', () => {
  let now = 0;
  const budget = new LogBudget(() => now);
  expect(budget.take(mebibyte)).toBe(true);
  expect(budget.take(1)).toBe(false);
  now = 500;
  expect(budget.take(mebibyte / 2 + 1)).toBe(false);
  expect(budget.take(mebibyte / 2)).toBe(true);
  now = 3_600_000;
  expect(budget.take(mebibyte + 1), 'unused bytes do not add up').toBe(false);
  expect(budget.take(mebibyte)).toBe(true);
});
