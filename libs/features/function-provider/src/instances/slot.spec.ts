import { expect, test } from 'vitest';

import { drainMs } from './slot.js';

test('an instance that is to go is given the time that its calls may take, and a little more', () => {
  expect(drainMs({ busyUntil: 301_000 }, 1_000)).toBe(305_000);
});

test('one whose calls have had their time is given only that little', () => {
  expect(drainMs({ busyUntil: 0 }, 1_000)).toBe(5_000);
});
