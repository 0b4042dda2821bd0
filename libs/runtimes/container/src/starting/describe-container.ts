import { parseCpu, parseMemory, type Deployment } from '@later/function-schema';
import type { ContainerCreateOptions, HostConfig } from 'dockerode';

import { secretsMount } from '../secrets/secrets-volume.js';

/** The port of every OpenFaaS image, in the engine's notation. */
export const functionPort = '8080/tcp';

/** Limits processes and threads: enough for a busy watchdog that forks per call, too few for a harmful fork bomb. */
const maxPids = 1_024;
/** Limits the engine's own copy of a container's output, because a hostile function prints gigabytes. */
const engineLog = { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } };
const writableTmp = 'rw,nosuid,nodev,mode=1777,size=256m';

/** The values from which a function's container is created. */
export interface ContainerDescription {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly deployment: Deployment;
  readonly network: string;
  /** Whether the function's port is published on the engine's loopback address. */
  readonly published: boolean;
  readonly secretsVolume?: string;
}

/** Describes a deployment to the engine, with the fewest rights that an HTTP server on a high port needs. */
export function describeContainer(description: ContainerDescription): ContainerCreateOptions {
  const { name, labels, deployment, network, published, secretsVolume } = description;
  return {
    name,
    Image: deployment.image,
    Labels: { ...labels },
    Env: environmentOf(deployment),
    ExposedPorts: { [functionPort]: {} },
    HostConfig: {
      NetworkMode: network,
      // With an empty port, the engine chooses a free one.
      ...(published && { PortBindings: { [functionPort]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
      Init: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: maxPids,
      LogConfig: engineLog,
      ...limitsOf(deployment),
      ...(deployment.readOnlyRootFilesystem && { ReadonlyRootfs: true, Tmpfs: { '/tmp': writableTmp } }),
      ...(secretsVolume && { Mounts: [secretsMount(secretsVolume, { readOnly: true })] }),
    },
  };
}

/** The watchdog reads its command from `fprocess`. It listens on 8080 by default, so no port is set. */
function environmentOf({ envVars, envProcess }: Deployment): string[] {
  const variables = envProcess === '' ? envVars : { ...envVars, fprocess: envProcess };
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

function limitsOf({ limits }: Deployment): HostConfig {
  const memory = parseMemory(limits?.memory ?? '');
  const cpu = parseCpu(limits?.cpu ?? '');
  return {
    // MemorySwap is memory plus swap: the same value allows no swap.
    ...(memory !== undefined && { Memory: memory, MemorySwap: memory }),
    ...(cpu !== undefined && { NanoCpus: Math.round(cpu * 1e9) }),
  };
}
