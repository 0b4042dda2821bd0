import { basename, dirname } from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { logPath } from './log-path.js';

const address = (name: string, namespace = 'openfaas-fn') => ({ name, namespace });

test('the file of a function has a readable name', () => {
  expect(logPath('/logs', address('figlet', 'staging'))).toBe('/logs/staging/figlet.ndjson');
});

const charset = [...'abzABZ09-_.'];
const names = fc.oneof(
  fc.string({ unit: fc.constantFrom(...charset), minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...charset), minLength: 190, maxLength: 253 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('.', '..', '...', 'a.1', 'a.ndjson', 'a.ndjson.1', 'a', 'A', '+', '+41', '../a', 'a/b', '/', ''),
);
const addresses = fc.record({ name: names, namespace: names });

test('every function has its own file in the folder, on any file system', () => {
  fc.assert(
    fc.property(addresses, addresses, (one, other) => {
      const path = logPath('/logs', one);
      const inNamespace = dirname(path);
      expect(dirname(inNamespace)).toBe('/logs');
      for (const name of [basename(inNamespace), `${basename(path)}.1`]) {
        expect(name).toMatch(/^[-a-z0-9_+][-a-z0-9_.+]{0,254}$/);
      }
      const files = [one, other].map((each) => [logPath('/logs', each), `${logPath('/logs', each)}.1`]);
      const shared = files[0]!.filter((each) => files[1]!.includes(each));
      const same = one.name === other.name && one.namespace === other.namespace;
      expect(shared).toHaveLength(same ? 2 : 0);
    }),
    { numRuns: 2_000 },
  );
});
