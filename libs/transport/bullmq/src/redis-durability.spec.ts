import { DurabilityError } from '@later/transport-contract';
import { expect, test } from 'vitest';

import { judgeDurability, type AskedDurability, type RedisPersistence } from './redis-durability.js';

const settings = (overrides: Partial<RedisPersistence> = {}): RedisPersistence => ({
  appendonly: 'yes',
  appendfsync: 'everysec',
  maxmemoryPolicy: 'noeviction',
  ...overrides,
});

test.each([
  [settings({ appendonly: 'no' }), 'none'],
  [settings({ appendfsync: 'no' }), 'crash'],
  [settings(), 'crash'],
  [settings({ appendfsync: 'always' }), 'power'],
])('%o gives "%s"', (given, level) => {
  expect(judgeDurability(given, 'none')).toBe(level);
});

test.each<[AskedDurability, RedisPersistence, string]>([
  ['crash', settings({ appendonly: 'no', appendfsync: 'always' }), 'appendonly no'],
  ['power', settings(), 'appendfsync everysec'],
  ['none', settings({ maxmemoryPolicy: 'allkeys-lru' }), 'maxmemory-policy allkeys-lru'],
])('asked for "%s", %o is refused, naming the setting and what to do', (asked, given, setting) => {
  const judge = (): unknown => judgeDurability(given, asked);
  expect(judge).toThrow(DurabilityError);
  expect(judge).toThrow(new RegExp(`DURABILITY=${asked} cannot be kept with ${setting}\\. .*Set "`));
});
