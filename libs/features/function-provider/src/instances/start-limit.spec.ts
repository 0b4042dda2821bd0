import { eventually, gate } from '@later/testing';
import { expect, test } from 'vitest';

import { StartLimit } from './start-limit.js';

const longerThanAnyTest = 600_000;

test('no more instances start at the same time than the limit allows', async () => {
  const limit = new StartLimit(2, longerThanAnyTest);
  const ready = gate();
  let starting = 0;
  const starts = Array.from({ length: 5 }, (_, index) =>
    limit.run(async () => {
      starting++;
      await ready.opened;
      return index;
    }),
  );
  await eventually(() => starting === 2);
  ready.open();
  expect(await Promise.all(starts)).toEqual([0, 1, 2, 3, 4]);
});

test('a long start does not delay the next one', async () => {
  const limit = new StartLimit(1, 1);
  const never = gate();
  const waiting = limit.run(() => never.opened);
  expect(await limit.run(async () => 'started')).toBe('started');
  never.open();
  await waiting;
});

test('the next start begins after one that failed', async () => {
  const limit = new StartLimit(1, longerThanAnyTest);
  await expect(limit.run(() => Promise.reject(new Error('no such command')))).rejects.toThrow('no such command');
  expect(await limit.run(async () => 'started')).toBe('started');
});
