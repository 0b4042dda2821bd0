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

test('a deployment without options gets no capabilities and no limits', () => {
  const { HostConfig: host, Env } = describeOf({});
  expect(Env).toEqual([]);
  expect(host).toMatchObject({ CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], Init: true, NetworkMode: 'net' });
  for (const absent of ['Memory', 'NanoCpus', 'ReadonlyRootfs', 'Mounts']) expect(host).not.toHaveProperty(absent);
});

test('envProcess overrides fprocess of the environment', () => {
  expect(describeOf({ envProcess: 'sleep 1', envVars: { fprocess: 'cat', A: 'b=c' } }).Env).toEqual([
    'fprocess=sleep 1',
    'A=b=c',
  ]);
  expect(describeOf({ envVars: { fprocess: 'cat' } }).Env).toEqual(['fprocess=cat']);
});

test('limits become bytes and billionths of a processor, and allow no swap', () => {
  const host = describeOf({ limits: { memory: '64Mi', cpu: '250m' } }).HostConfig;
  expect(host).toMatchObject({ Memory: 67_108_864, MemorySwap: 67_108_864, NanoCpus: 250_000_000 });
});

test('the port is published only when requested, and only on the loopback address', () => {
  const bindings = { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] };
  expect(describeOf({}).HostConfig?.PortBindings).toEqual(bindings);
  expect(describeOf({}, false).HostConfig).not.toHaveProperty('PortBindings');
});
