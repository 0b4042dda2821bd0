import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { limits, parseCpu, parseMemory } from './limits.js';

const Ki = 1024;

describe('memory', () => {
  test.each([
    ['128Mi', 128 * Ki ** 2],
    ['128m', 128 * Ki ** 2],
    ['128M', 128e6],
    ['1.5Gi', 1.5 * Ki ** 3],
    ['64Ti', 64 * Ki ** 4],
    ['2G', 2e9],
    ['1T', 1e12],
    ['1K', 1_000],
    ['1k', Ki],
    ['512b', 512],
    ['134217728', 128 * Ki ** 2],
    ['0.3', 0],
  ])('"%s" is %i bytes', (text, bytes) => expect(parseMemory(text)).toBe(bytes));

  test.each(['', 'Mi', '-1Mi', '1 Mi', '1MB', '1mi', '1e3', '.5Gi', '1.Gi', '0x10', '1Mi\n', 'toString', '1PI'])(
    '"%s" is not a size',
    (text) => expect(parseMemory(text)).toBeUndefined(),
  );

  test('is parsed in every unit', () => {
    const units = {
      '': 1,
      k: Ki,
      Ki,
      m: Ki ** 2,
      Mi: Ki ** 2,
      g: Ki ** 3,
      Gi: Ki ** 3,
      Ti: Ki ** 4,
      K: 1e3,
      M: 1e6,
      G: 1e9,
      T: 1e12,
    };
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom(...Object.entries(units)), (amount, [unit, bytes]) => {
        expect(parseMemory(`${amount}${unit}`)).toBe(amount * bytes);
      }),
    );
  });
});

describe('processors', () => {
  test.each([
    ['100m', 0.1],
    ['1500m', 1.5],
    ['0.5', 0.5],
    ['2', 2],
    ['0.5m', 0.0005],
  ])('"%s" are %d processors', (text, cpu) => expect(parseCpu(text)).toBeCloseTo(cpu, 9));

  test.each(['', 'm', '-1', '1,5', '100M', '1e3', '.5', '1 m', 'Infinity'])('"%s" are not processors', (text) =>
    expect(parseCpu(text)).toBeUndefined(),
  );

  test('are parsed equally from thousandths and decimals', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (milli) => {
        expect(parseCpu(`${milli}m`)).toBe(milli / 1_000);
        expect(parseCpu((milli / 1_000).toFixed(3))).toBeCloseTo(milli / 1_000, 9);
      }),
    );
  });
});

describe('limits', () => {
  test.each([{}, { memory: '128Mi' }, { cpu: '100m' }, { memory: '', cpu: '' }, { memory: null, cpu: null }])(
    '%o keep their text',
    (given) => expect(limits.parse(given)).toEqual(given),
  );

  test.each([
    [{ memory: '5Mi' }, ['memory: expected a size from 6Mi to 64Ti, such as 128Mi']],
    [{ memory: '65Ti' }, ['memory: expected a size from 6Mi to 64Ti, such as 128Mi']],
    [{ memory: 'lots' }, ['memory: expected a size from 6Mi to 64Ti, such as 128Mi']],
    [{ cpu: '0' }, ['cpu: expected processors from 1m to 1024, such as 100m or 0.5']],
    [{ cpu: '1025' }, ['cpu: expected processors from 1m to 1024, such as 100m or 0.5']],
    [
      { memory: '1', cpu: 'all' },
      [
        'memory: expected a size from 6Mi to 64Ti, such as 128Mi',
        'cpu: expected processors from 1m to 1024, such as 100m or 0.5',
      ],
    ],
    [{ memory: 128 }, ['memory: Invalid input: expected string, received number']],
  ])('%o are reported by field', (given, faults) => {
    const issues = limits.safeParse(given).error?.issues ?? [];
    expect(issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual(faults);
  });

  test('are finite numbers or undefined for any text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'0123456789.bkmgKMGTi -+e'), maxLength: 30 }),
      fc.string({ unit: fc.constantFrom('9', '.'), minLength: 5_000, maxLength: 10_000 }),
    );
    fc.assert(
      fc.property(text, (written) => {
        for (const parsed of [parseMemory(written), parseCpu(written)]) {
          if (parsed === undefined) continue;
          expect(written).toMatch(/^\d/);
          expect(Number.isFinite(parsed) && parsed >= 0).toBe(true);
        }
      }),
    );
  });
});
