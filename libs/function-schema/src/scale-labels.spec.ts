import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { checkScaleLabels, scalePolicy } from './scale-labels.js';

const labelsOf = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [`com.openfaas.scale.${name}`, value]));
const policyOf = (labels: Readonly<Record<string, string>>) => scalePolicy(labelsOf(labels));
const faultsOf = (labels: Readonly<Record<string, string>>) =>
  checkScaleLabels(labelsOf(labels)).map(({ path, message }) => `${path.join(' ')}: ${message}`);

const defaults = { min: 1, max: 20, downWindowMs: 60_000 };

describe('scaling labels', () => {
  test.each([
    ['none', {}, defaults],
    ['other people’s', { factor: '20' }, defaults],
    ['a target', { target: '12.5' }, { ...defaults, target: { type: 'rps', load: 12.5 } }],
    ['a type', { type: 'capacity' }, { ...defaults, target: { type: 'capacity', load: 50 } }],
    [
      'a share of a target',
      { target: '50', 'target-proportion': '0.9' },
      { ...defaults, target: { type: 'rps', load: 45 } },
    ],
    ['a share of nothing', { 'target-proportion': '0.9' }, defaults],
    ['zero', { zero: 'true' }, { ...defaults, zeroAfterMs: 900_000 }],
    ['zero, as Go writes it', { zero: '1', 'zero-duration': '1m30s' }, { ...defaults, zeroAfterMs: 90_000 }],
    ['no zero', { zero: 'false', 'zero-duration': '5m' }, defaults],
    ['bounds', { min: '0', max: '1000' }, { ...defaults, min: 0, max: 1_000 }],
    ['a min over the default max', { min: '30' }, { ...defaults, min: 30, max: 30 }],
    ['a window', { 'down.window': '5m' }, { ...defaults, downWindowMs: 300_000 }],
    ['no window', { 'down.window': '0s' }, { ...defaults, downWindowMs: 0 }],
  ])('that ask for %s', (_, labels: Record<string, string>, policy) => {
    expect(policyOf(labels)).toEqual(policy);
    expect(faultsOf(labels)).toEqual([]);
  });

  test.each([
    ['min', '-1', 'expected a whole number from 0 to 1000, received "-1"'],
    ['min', '', 'expected a whole number from 0 to 1000, received ""'],
    ['max', '0', 'expected a whole number from 1 to 1000, received "0"'],
    ['max', '1001', 'expected a whole number from 1 to 1000, received "1001"'],
    ['max', '2.5', 'expected a whole number from 1 to 1000, received "2.5"'],
    ['target', '0', 'expected a number above 0, received "0"'],
    ['target', '1e3', 'expected a number above 0, received "1e3"'],
    ['target-proportion', '90%', 'expected a number above 0 such as 0.9, received "90%"'],
    ['type', 'cpu', 'expected one of rps, capacity, queue, received "cpu"'],
    ['zero', 'yes', 'expected true or false, received "yes"'],
    ['zero', 'toString', 'expected true or false, received "toString"'],
    ['zero-duration', '0s', 'expected a duration above 0 such as 15m, received "0s"'],
    ['zero-duration', '15', 'expected a duration above 0 such as 15m, received "15"'],
    ['down.window', '301s', 'expected a duration from 0s to 5m, received "301s"'],
  ])('%s "%s" is reported, and its default is used', (name, text, message) => {
    expect(faultsOf({ [name]: text })).toEqual([`labels com.openfaas.scale.${name}: ${message}`]);
    expect(policyOf({ [name]: text })).toEqual(defaults);
  });

  test('a max below min is reported together with all other faults', () => {
    expect(faultsOf({ min: '5', max: '4', zero: 'perhaps' })).toEqual([
      'labels com.openfaas.scale.zero: expected true or false, received "perhaps"',
      'labels com.openfaas.scale.max: expected at least com.openfaas.scale.min, which is 5',
    ]);
    expect(policyOf({ min: '5', max: '4' })).toMatchObject({ min: 5, max: 5 });
  });

  test('give a valid policy for any text', () => {
    const names = ['min', 'max', 'target', 'target-proportion', 'type', 'zero', 'zero-duration', 'down.window'];
    const texts = fc.oneof(
      fc.string(),
      fc.nat().map(String),
      fc.constantFrom('true', '10m', '0', 'queue', '__proto__'),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), texts), (labels) => {
        const { min, max, target, zeroAfterMs, downWindowMs } = policyOf(labels);
        expect(min).toBeGreaterThanOrEqual(0);
        expect(max).toBeGreaterThanOrEqual(Math.max(1, min));
        expect(max).toBeLessThanOrEqual(1_000);
        expect(target?.load ?? 1).toBeGreaterThan(0);
        expect(zeroAfterMs ?? 1).toBeGreaterThan(0);
        expect(downWindowMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
