import { expect, test } from 'vitest';

import { replicasAfterAlert } from './replicas-after-alert.js';

const scale = (labels: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [`com.openfaas.scale.${name}`, value]));

test.each([
  ['a fifth of the maximum more', 1, {}, 5],
  ['not above the maximum', 18, {}, 20],
  ['not fewer than it was given by hand', 25, {}, 25],
  ['its own share of its own maximum', 1, { max: '10', factor: '50' }, 6],
  ['at least one more', 1, { max: '3', factor: '1' }, 2],
  ['no more with a factor of 0', 2, { factor: '0' }, 2],
  ['the default for a factor that is none', 1, { factor: '101' }, 5],
  ['up from zero', 0, {}, 4],
])('a function whose alert fires has %s', (_, replicas, labels, expected) => {
  expect(replicasAfterAlert(true, replicas, scale(labels))).toBe(expected);
});

test('a function whose alert is resolved has its minimum', () => {
  expect(replicasAfterAlert(false, 9, {})).toBe(1);
  expect(replicasAfterAlert(false, 9, scale({ min: '2' }))).toBe(2);
});
