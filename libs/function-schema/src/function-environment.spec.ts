import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseDuration } from '@later/job-schema';
import { checkEnvironment, functionSettings } from './function-environment.js';

test.each([
  [{}, {}],
  [{ exec_timeout: '500ms' }, { timeoutMs: 500 }],
  [
    { exec_timeout: '1m30s', max_inflight: '5' },
    { timeoutMs: 90_000, maxInflight: 5 },
  ],
  [{ exec_timeout: '30' }, { timeoutMs: 30_000 }],
  [{ exec_timeout: '0' }, {}],
  [{ exec_timeout: '0s' }, {}],
  [{ max_inflight: '0' }, {}],
  [{ write_timeout: 'whenever', read_timeout: '' }, {}],
])('%o means %o', (envVars: Record<string, string>, settings) => {
  expect(functionSettings(envVars)).toEqual(settings);
  expect(checkEnvironment(envVars)).toEqual([]);
});

const expectedDuration = 'expected a duration such as 500ms, 10s or 5m, at most 24 days';

test.each([
  ['exec_timeout', '', expectedDuration],
  ['exec_timeout', '-5s', expectedDuration],
  ['exec_timeout', '1.5', expectedDuration],
  ['exec_timeout', '9999999h', expectedDuration],
  ['max_inflight', '-1', 'expected a whole number from 0 to 999999'],
  ['max_inflight', '1.5', 'expected a whole number from 0 to 999999'],
  ['max_inflight', '1000000', 'expected a whole number from 0 to 999999'],
  ['max_inflight', '', 'expected a whole number from 0 to 999999'],
])('%s "%s" is reported and ignored', (name, text, expected) => {
  expect(checkEnvironment({ [name]: text })).toEqual([
    { path: ['envVars', name], message: `${expected}, received "${text}"` },
  ]);
  expect(functionSettings({ [name]: text })).toEqual({});
});

test('settings are valid for any environment', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'0123456789.mshe-'), maxLength: 40 }),
    fc.nat().map(String),
  );
  fc.assert(
    fc.property(text, text, (timeout, inflight) => {
      const envVars = { exec_timeout: timeout, max_inflight: inflight };
      const { timeoutMs, maxInflight } = functionSettings(envVars);
      const faulty = checkEnvironment(envVars).map(({ path }) => path[1]);
      // Node's timers fire at once beyond 2^31 - 1 ms.
      if (timeoutMs !== undefined) expect(timeoutMs > 0 && timeoutMs < 2 ** 31).toBe(true);
      if (maxInflight !== undefined) expect(Number.isInteger(maxInflight) && maxInflight > 0).toBe(true);
      // A timeout of zero leaves the limit to the caller, and is valid.
      const isZero = parseDuration(/^\d+$/.test(timeout) ? `${timeout}s` : timeout) === 0;
      expect(faulty.includes('exec_timeout')).toBe(timeoutMs === undefined && !isZero);
      if (maxInflight === undefined) expect(faulty.includes('max_inflight') || /^0+$/.test(inflight)).toBe(true);
    }),
  );
});

test('a timeout is parsed in every unit', () => {
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.constantFrom(...Object.entries(units)), (amount, [unit, ms]) => {
      expect(functionSettings({ exec_timeout: `${amount}${unit}` })).toEqual({ timeoutMs: amount * ms });
    }),
  );
});
