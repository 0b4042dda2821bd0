import { expect, test } from 'vitest';

import { Deadline } from './deadline.js';

test('a deadline that was disposed of keeps no timer', () => {
  const resources = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
  const before = resources();
  const deadline = new Deadline(86_400_000);
  expect(resources()).toBe(before + 1);
  deadline[Symbol.dispose]();
  expect(resources()).toBe(before);
  expect(deadline.signal.aborted).toBe(false);
});
