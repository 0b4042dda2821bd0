import { DurabilityError } from '@later/transport-contract';
import { expect, test } from 'vitest';

import { durabilityOf, type RedisPersistence, type RequiredDurability } from './durability.js';

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
])('Redis with %o gives the level "%s"', (given, level) => {
  expect(durabilityOf(given, 'none')).toBe(level);
});

test.each<[RequiredDurability, RedisPersistence, string]>([
  ['crash', settings({ appendonly: 'no', appendfsync: 'always' }), 'appendonly no'],
  ['power', settings(), 'appendfsync everysec'],
  ['none', settings({ maxmemoryPolicy: 'allkeys-lru' }), 'maxmemory-policy allkeys-lru'],
])('when "%s" is required, %o is refused with the setting and the remedy', (required, given, setting) => {
  const check = (): unknown => durabilityOf(given, required);
  expect(check).toThrow(DurabilityError);
  expect(check).toThrow(new RegExp(`DURABILITY=${required} cannot be kept with ${setting}\\. .*Set "`));
});
