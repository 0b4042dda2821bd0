import { DurabilityError } from '@later/transport-contract';
import { expect, test } from 'vitest';

import { durabilityOf } from './durability.js';

test('file storage survives a crash', () => {
  expect(durabilityOf('2.9.10', 'crash')).toBe('crash');
  expect(durabilityOf('2.9.10', 'none')).toBe('crash');
});

test.each(['2.9.10', '2.10.22'])(
  'nats-server %s cannot survive a power cut, and the error names the remedy',
  (version) => {
    expect(() => durabilityOf(version, 'power')).toThrow(DurabilityError);
    expect(() => durabilityOf(version, 'power')).toThrow(/sync_interval/);
  },
);

test.each(['2.10.23', '2.11.0', '3.0.0-beta'])(
  'nats-server %s may survive a power cut, but does not report it',
  (version) => {
    expect(durabilityOf(version, 'power')).toBe('unknown');
  },
);
