import { deployment } from '@later/function-schema';
import { expect, test } from 'vitest';

import { containerFaults } from './container-faults.js';

const faultsOf = (given: Record<string, unknown>): string[] =>
  containerFaults(deployment.parse({ service: 'figlet', image: 'figlet', ...given })).map(({ path }) => path.join('/'));

test('a deployment that an engine can run has no faults', () => {
  expect(faultsOf({})).toEqual([]);
  expect(faultsOf({ image: 'ghcr.io:443/open_faas/fig-let:1.2@sha256:abc', limits: { cpu: '10m' } })).toEqual([]);
  expect(faultsOf({ annotations: { 'com.openfaas.ready.http.path': '/ready?now=1' } })).toEqual([]);
});

test('each fault names the field that an engine refuses', () => {
  expect(faultsOf({ image: 'a b' })).toEqual(['image']);
  expect(faultsOf({ image: '../etc' })).toEqual(['image']);
  expect(faultsOf({ limits: { cpu: '9m' } })).toEqual(['limits/cpu']);
  expect(faultsOf({ envVars: { 'a=b': 'c', n: 'x\0' } })).toEqual(['envVars/a=b', 'envVars/n']);
  expect(faultsOf({ annotations: { 'com.openfaas.ready.http.path': 'ready' } })).toEqual([
    'annotations/com.openfaas.ready.http.path',
  ]);
});
