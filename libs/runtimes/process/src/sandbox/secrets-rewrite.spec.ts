import { expect, test } from 'vitest';

import { rewriteSecrets } from './secrets-rewrite.js';

const secrets = new Map([
  ['key', '/kept/key-1'],
  ['key.pem', '/kept/pem'],
]);

test('paths of known secrets are replaced by real paths in arguments and environment', () => {
  const argv = [
    '/bin/cat',
    '/var/openfaas/secrets/key',
    '--pem=/var/openfaas/secrets/key.pem',
    '/var/openfaas/secrets/',
  ];
  const env = { BOTH: '/var/openfaas/secrets/key:/var/openfaas/secrets/other' };
  expect(rewriteSecrets({ argv, env, input: 'piped' }, secrets)).toEqual({
    argv: ['/bin/cat', '/kept/key-1', '--pem=/kept/pem', '/var/openfaas/secrets/'],
    env: { BOTH: '/kept/key-1:/var/openfaas/secrets/other' },
    input: 'piped',
  });
});
