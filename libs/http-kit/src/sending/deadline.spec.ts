import { expect, test } from 'vitest';

import { Deadline } from './deadline.js';

test('a disposed deadline keeps no timer', () => {
  const resources = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
  const before = resources();
  const deadline = new Deadline(86_400_000);
  expect(resources()).toBe(before + 1);
  deadline[Symbol.dispose]();
  expect(resources()).toBe(before);
  expect(deadline.signal.aborted).toBe(false);
});

test('a deadline also aborts with another signal, and says which of the two it was', () => {
  const other = new AbortController();
  using deadline = new Deadline(60_000, other.signal);
  expect(deadline.signal.aborted).toBe(false);
  other.abort(new Error('enough'));
  expect([deadline.signal.aborted, deadline.passed]).toEqual([true, false]);
  expect(deadline.signal.reason).toEqual(new Error('enough'));
  using late = new Deadline(60_000, other.signal);
  expect(late.signal.aborted).toBe(true);
});

test('a passed deadline aborts its signal', async () => {
  using deadline = new Deadline(1);
  await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve));
  expect(deadline.passed).toBe(true);
});
