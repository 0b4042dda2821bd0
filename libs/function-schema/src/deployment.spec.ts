import { describe, expect, test } from 'vitest';

import { deployment } from './deployment.js';

/** A deployment with required fields only. */
const least = { service: 'figlet', image: 'functions/figlet:latest' };

const faultsOf = (given: unknown) =>
  (deployment.safeParse(given).error?.issues ?? []).map(({ path, message }) => `${path.join(' ')}: ${message}`);

describe('a deployment', () => {
  test.each([
    ['left out', {}],
    [
      'sent as null',
      { envProcess: null, envVars: null, constraints: null, secrets: null, labels: null, annotations: null },
    ],
    [
      'sent empty',
      { namespace: '', envProcess: '', envVars: {}, constraints: [], secrets: [], labels: {}, annotations: {} },
    ],
  ])('has the same defaults for optional fields that are %s', (_, more) => {
    expect(deployment.parse({ ...least, ...more })).toEqual({
      ...least,
      namespace: 'openfaas-fn',
      envProcess: '',
      envVars: {},
      constraints: [],
      secrets: [],
      labels: {},
      annotations: {},
    });
  });

  test('is parsed unchanged, without unknown fields', () => {
    const full = {
      ...least,
      namespace: 'staging-2',
      envProcess: 'sh -c "cat  -"',
      envVars: { exec_timeout: '5s', max_inflight: '2', MULTI: 'two\nlines ' },
      constraints: ['node.platform.os == linux'],
      secrets: ['api-key', 'db.password'],
      labels: { 'com.openfaas.scale.min': '2', 'com.openfaas.scale.zero': 'true', canary: '' },
      annotations: { topic: 'a,b', 'later.dev/runtime': 'container', note: 'first\n  second\n' },
      limits: { memory: '128Mi', cpu: '' },
      requests: { memory: '64m', cpu: '100m' },
      readOnlyRootFilesystem: true,
    };
    expect(deployment.parse({ ...full, network: 'func_functions', registryAuth: '' })).toEqual(full);
  });

  test.each(['figlet', 'A.b_c-9', '...', '-', 'x'.repeat(253)])('may be named "%s"', (service) => {
    expect(faultsOf({ ...least, service })).toEqual([]);
  });
});

describe('an invalid deployment is reported by field', () => {
  const name = 'expected 1 to 253 characters of a-z, A-Z, 0-9, "-", "_" and "."';
  const namespace = 'expected 1 to 63 characters of a-z, 0-9 and "-", beginning and ending with a letter or a digit';
  const text = 'Invalid input: expected string, received';

  test.each([
    ['service', '', name],
    ['service', 'a/b', name],
    ['service', 'a b', name],
    ['service', 'figlet\n', name],
    ['service', 'ä', name],
    ['service', 'x'.repeat(254), name],
    ['service', 7, `${text} number`],
    ['service', undefined, `${text} undefined`],
    ['image', '', 'expected the name of an image'],
    ['image', undefined, `${text} undefined`],
    ['envProcess', ['sleep', '1'], `${text} array`],
    ['readOnlyRootFilesystem', 'yes', 'Invalid input: expected boolean, received string'],
    ['labels', 'a=b', 'Invalid input: expected record, received string'],
    ['constraints', 'a', 'Invalid input: expected array, received string'],
  ])('%s %o', (field, value, message) => {
    expect(faultsOf({ ...least, [field]: value })).toEqual([`${field}: ${message}`]);
  });

  test.each(['Staging', 'a.b', '-a', 'a-', '../x', 'x'.repeat(64)])('namespace "%s"', (given) => {
    const faults = faultsOf({ ...least, namespace: given });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('namespace: ');
    expect(faults[0]).toContain(namespace);
  });

  test.each([
    [{ envVars: { A: 1 } }, `envVars A: ${text} number`],
    [{ envVars: { exec_timeout: 'soon' } }, 'envVars exec_timeout: expected a duration'],
    [{ labels: { 'com.openfaas.scale.min': 'few' } }, 'labels com.openfaas.scale.min: expected a whole number'],
    [{ annotations: { 'later.dev/runtime': 'wasm' } }, 'annotations later.dev/runtime: expected one of'],
    [{ secrets: ['api-key', '../passwd'] }, 'secrets 1: expected 1 to 253 characters'],
    [{ limits: { memory: 'lots' } }, 'limits memory: expected a size'],
    [{ requests: { cpu: '-1' } }, 'requests cpu: expected processors'],
  ])('%o', (more, fault) => {
    const faults = faultsOf({ ...least, ...more });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  test('several faults together', () => {
    const faults = faultsOf({ ...least, labels: { 'com.openfaas.scale.max': '0' }, envVars: { max_inflight: 'x' } });
    expect(faults.map((each) => each.split(':')[0])).toEqual(['labels com.openfaas.scale.max', 'envVars max_inflight']);
  });
});
