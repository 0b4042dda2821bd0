import { expect, test } from 'vitest';

import { drainMs } from './slot.js';

test('a retiring instance gets until the time limit of its last call, and 5 s more', () => {
  expect(drainMs({ busyUntil: 301_000 }, 1_000)).toBe(305_000);
});

test('a retiring instance whose calls are past their time limit gets 5 s', () => {
  expect(drainMs({ busyUntil: 0 }, 1_000)).toBe(5_000);
});
