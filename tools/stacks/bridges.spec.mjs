import { expect, test } from 'vitest';

import { lastAddressOf } from './bridges.mjs';

test('the last address for a host is found in each IPv4 subnet that has room for one, and in no other', () => {
  expect(['10.89.2.0/24', '172.16.0.0/12', '192.168.1.4/30'].map(lastAddressOf)).toEqual([
    '10.89.2.254',
    '172.31.255.254',
    '192.168.1.6',
  ]);
  expect(['fd00::/64', '10.0.0.0/31', undefined].map(lastAddressOf)).toEqual([undefined, undefined, undefined]);
});
