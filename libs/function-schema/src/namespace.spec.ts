import { expect, test } from 'vitest';

import { namespace } from './namespace.js';

test('labels and annotations of a namespace are optional', () => {
  expect(namespace.parse({ name: 'staging' })).toEqual({ name: 'staging', labels: {}, annotations: {} });
  expect(namespace.parse({ name: '9', labels: null, annotations: { openfaas: '1' } })).toEqual({
    name: '9',
    labels: {},
    annotations: { openfaas: '1' },
  });
});

test.each(['', 'A', 'a.b', '-a', 'a-', 'a_b', '..', 'a/b', 'a\n', 'x'.repeat(64)])(
  '%j is not a valid name of a namespace',
  (name) => {
    const issues = namespace.safeParse({ name }).error?.issues ?? [];
    expect(issues.map(({ path }) => path.join('.'))).toEqual(['name']);
    expect(issues[0]?.message).toContain('expected 1 to 63 characters of a-z, 0-9 and "-"');
  },
);

test('invalid labels are reported by field', () => {
  const issues = namespace.safeParse({ name: 'a', labels: { b: 1 } }).error?.issues ?? [];
  expect(issues.map(({ path }) => path.join('.'))).toEqual(['labels.b']);
});
