import { expect, test } from 'vitest';

import { allowedTime } from './allowed-time.js';

test.each([
  [undefined, undefined, 60_000],
  [5_000, undefined, 5_000],
  [5_000, '1s', 1_000],
  [5_000, '2', 2_000],
  [5_000, '1h', 5_000],
  [undefined, '500ms', 500],
  [5_000, 'soon', 5_000],
  [5_000, '0', 5_000],
])('a call of a function with %s ms and an X-Timeout of %s may take %i ms', (timeoutMs, requested, allowedMs) => {
  expect(allowedTime(timeoutMs === undefined ? {} : { timeoutMs }, 60_000, requested)).toBe(allowedMs);
});
