import { eventually, gate } from '@later/testing';
import { expect, test } from 'vitest';

import { StartLimit } from './start-limit.js';

const longerThanAnyTest = 600_000;

test('starts no more at once than it may', async () => {
  const limit = new StartLimit(2, longerThanAnyTest);
  const ready = gate();
  let starting = 0;
  const starts = Array.from({ length: 5 }, (_, index) =>
    limit.take(async () => {
      starting++;
      await ready.opened;
      return index;
    }),
  );
  await eventually(() => starting === 2);
  ready.open();
  expect(await Promise.all(starts)).toEqual([0, 1, 2, 3, 4]);
});

test('a start that only waits does not hold up the others', async () => {
  const limit = new StartLimit(1, 1);
  const never = gate();
  const waiting = limit.take(() => never.opened);
  expect(await limit.take(async () => 'started')).toBe('started');
  never.open();
  await waiting;
});

test('a start that fails makes room for the next', async () => {
  const limit = new StartLimit(1, longerThanAnyTest);
  await expect(limit.take(() => Promise.reject(new Error('no such command')))).rejects.toThrow('no such command');
  expect(await limit.take(async () => 'started')).toBe('started');
});
