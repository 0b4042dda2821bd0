import { describe, expect, test } from 'vitest';

import { registerFunctions, type FoundFunction } from './register-functions.js';

const nothingIsTaken = () => false;

const found = (declared: unknown, member = 'Samples.draw'): FoundFunction => ({ member, declared, invoke: () => 'x' });

const faultsOf = (
  finds: FoundFunction[],
  known: string[] = [],
  isTaken = nothingIsTaken as (path: string) => boolean,
) => {
  try {
    registerFunctions(finds, known, isTaken);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test('a name alone is a valid declaration: every limit has a default', () => {
  const registered = registerFunctions([found({ name: 'draw' })], [], nothingIsTaken).get('draw');
  expect(registered).toMatchObject({
    path: '/draw',
    limits: { maxBodyBytes: 1_048_576, timeoutMs: 60_000 },
    labels: {},
    annotations: {},
  });
});

test('limits may be written with units', () => {
  const limits = { maxBodyBytes: '16KiB', timeout: '10s', maxInFlight: 20 };
  const registered = registerFunctions([found({ name: 'draw', limits })], [], nothingIsTaken).get('draw');
  expect(registered?.limits).toEqual({ maxBodyBytes: 16_384, timeoutMs: 10_000, maxInFlight: 20 });
});

test('every fault is in one message', () => {
  const message = faultsOf(
    [
      found({ name: 'a b' }),
      found({ name: 'slow', limits: { timeout: 'soon', maxBodyBytes: 'much', maxInFlight: 0 } }, 'Samples.slow'),
      found({ name: 'twice' }, 'One.go'),
      found({ name: 'twice' }, 'Two.go'),
      found({ name: 'healthz' }, 'Samples.health'),
      found({ name: 'typo', limit: {} }, 'Samples.typo'),
    ],
    ['Samples.size: @LaterFunction belongs on a method of an instance'],
    (path) => path === '/healthz',
  );
  expect(message.split('\n')).toEqual([
    'Invalid functions:',
    '  - Samples.size: @LaterFunction belongs on a method of an instance',
    expect.stringContaining('  - Samples.draw: name: expected 1 to 253 characters'),
    expect.stringContaining('  - Samples.slow: limits.maxBodyBytes: expected a size such as'),
    expect.stringContaining('  - Samples.slow: limits.timeout: expected a duration such as'),
    expect.stringContaining('  - Samples.slow: limits.maxInFlight: Too small'),
    '  - Samples.typo: Unrecognized key: "limit"',
    '  - "twice" is declared by One.go and by Two.go',
    '  - Samples.health: /healthz is served by something else in this app',
  ]);
});

describe('a timeout that no timer supports is a fault:', () => {
  test.each([
    ['0s', 'above 0'],
    ['720h', 'at most 24 days'],
  ])('%s', (timeout, why) => {
    expect(faultsOf([found({ name: 'draw', limits: { timeout } })])).toContain(why);
  });
});

test.each(['.', '..'])('"%s" is not a name, because no client can send it', (name) => {
  expect(faultsOf([found({ name })])).toContain('expected more than dots');
});
