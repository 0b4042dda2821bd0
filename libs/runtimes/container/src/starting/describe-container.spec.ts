import { deployment } from '@later/function-schema';
import { expect, test } from 'vitest';

import { describeContainer } from './describe-container.js';

const describeOf = (given: Record<string, unknown>, published = true) =>
  describeContainer({
    name: 'later-figlet-1',
    labels: { 'later.dev/provider': 'p' },
    deployment: deployment.parse({ service: 'figlet', image: 'figlet', ...given }),
    network: 'net',
    published,
  });

test('a deployment that asks for nothing gets no rights and no limits of its own', () => {
  const { HostConfig: host, Env } = describeOf({});
  expect(Env).toEqual([]);
  expect(host).toMatchObject({ CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], Init: true, NetworkMode: 'net' });
  for (const absent of ['Memory', 'NanoCpus', 'ReadonlyRootfs', 'Mounts']) expect(host).not.toHaveProperty(absent);
});

test('envProcess is what the watchdog runs, whatever the environment says', () => {
  expect(describeOf({ envProcess: 'sleep 1', envVars: { fprocess: 'cat', A: 'b=c' } }).Env).toEqual([
    'fprocess=sleep 1',
    'A=b=c',
  ]);
  expect(describeOf({ envVars: { fprocess: 'cat' } }).Env).toEqual(['fprocess=cat']);
});

test('limits are in bytes and in billionths of a processor, and swap is no way around them', () => {
  const host = describeOf({ limits: { memory: '64Mi', cpu: '250m' } }).HostConfig;
  expect(host).toMatchObject({ Memory: 67_108_864, MemorySwap: 67_108_864, NanoCpus: 250_000_000 });
});

test('a port is published on the loopback address alone, and only when asked', () => {
  const bindings = { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] };
  expect(describeOf({}).HostConfig?.PortBindings).toEqual(bindings);
  expect(describeOf({}, false).HostConfig).not.toHaveProperty('PortBindings');
});
