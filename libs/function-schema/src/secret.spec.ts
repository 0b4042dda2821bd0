import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { secret, secretReference } from './secret.js';

const faultsOf = (given: unknown) =>
  (secret.safeParse(given).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('a secret', () => {
  test('is parsed from text or base64, by default in the default namespace', () => {
    const text = secret.parse({ name: 'api-key', value: 'schlüssel\n' });
    expect(text).toEqual({ name: 'api-key', namespace: 'openfaas-fn', bytes: Buffer.from('schlüssel\n') });
    const bytes = secret.parse({ name: 'api-key', namespace: 'staging', value: '', rawValue: 'AP8=' });
    expect(bytes).toEqual({ name: 'api-key', namespace: 'staging', bytes: Buffer.from([0, 255]) });
    expect(secret.parse({ name: 'a', namespace: '', value: 'b', rawValue: '' })).toMatchObject({
      namespace: 'openfaas-fn',
      bytes: Buffer.from('b'),
    });
  });

  test('keeps all bytes of its base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const rawValue = Buffer.from(bytes).toString('base64');
        expect(secret.parse({ name: 'a', rawValue }).bytes).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test.each([
    [{ value: 'x' }, 'name: Invalid input: expected string, received undefined'],
    [{ name: 'a' }, 'value: expected a value, or a rawValue in base64'],
    [{ name: 'a', value: '' }, 'value: expected a value, or a rawValue in base64'],
    [{ name: 'a', rawValue: 'no base64!' }, 'rawValue: expected base64'],
    [{ name: 'a', value: 'x'.repeat(1024 ** 2 + 1) }, 'value: expected at most 1048576 bytes'],
  ])('without a valid name or value is reported by field: %o', (given, fault) => {
    expect(faultsOf(given)).toEqual([fault]);
  });

  test.each(['', '.', '..', '.a', 'a.', 'a/b', '../a', 'a b', '-a', 'ä', 'a\0', 'a\n', 'x'.repeat(254)])(
    'cannot be a file named %j',
    (name) => expect(faultsOf({ name, value: 'x' }).join()).toContain('name: expected 1 to 253 characters'),
  );

  test.each(['a', 'API_KEY', 'db.password', 'a..b', 'x'.repeat(253)])('can be a file named %j', (name) =>
    expect(faultsOf({ name, value: 'x' })).toEqual([]),
  );
});

test('a reference to a secret has no value', () => {
  expect(secretReference.parse({ name: 'a' })).toEqual({ name: 'a', namespace: 'openfaas-fn' });
});
