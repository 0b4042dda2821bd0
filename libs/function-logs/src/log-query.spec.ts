import { expect, test } from 'vitest';

import { lineFilter } from './log-query.js';

const line = (timestamp: string, instance = 'one') => ({ timestamp, instance });

test('a query without bounds matches every line that has a time', () => {
  const isWanted = lineFilter({});
  expect([line('2026-01-02T03:04:05.006Z'), line('never')].map(isWanted)).toEqual([true, false]);
});

test.each(['2026-01-02T03:04:05Z', '2026-01-02T12:04:05+09:00', '2026-01-02t03:04:05.000000000z'])(
  'since %s matches lines from this time on',
  (since) => {
    const isWanted = lineFilter({ since });
    const times = ['2026-01-02T03:04:04.999Z', '2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05.001Z'];
    expect(times.map((each) => isWanted(line(each)))).toEqual([false, true, true]);
  },
);

test('a query with an instance matches only its lines', () => {
  const isWanted = lineFilter({ instance: 'two', since: '2026-01-02T03:04:05Z' });
  expect(isWanted(line('2026-01-02T03:04:05Z', 'two'))).toBe(true);
  expect(isWanted(line('2026-01-02T03:04:05Z', 'one'))).toBe(false);
  expect(isWanted(line('2026-01-01T03:04:05Z', 'two'))).toBe(false);
});

test.each(['', '5m', '2026-01-02', '2026-13-02T03:04:05Z', '2026-01-02T03:04:05', '1767323045'])(
  'since "%s" is rejected with its name',
  (since) => {
    expect(() => lineFilter({ since })).toThrow(
      `since: expected a time such as 2026-01-02T03:04:05Z, received "${since}"`,
    );
  },
);
