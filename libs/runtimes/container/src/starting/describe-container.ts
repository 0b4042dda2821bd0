import { parseCpu, parseMemory, type Deployment } from '@later/function-schema';
import type { ContainerCreateOptions, HostConfig } from 'dockerode';

import { secretsMount } from '../secrets/secrets-volume.js';

/** Where every OpenFaaS image listens, as the engine writes it. */
export const functionPort = '8080/tcp';

/** Processes and threads: enough for a busy watchdog that forks per call, too few for a fork bomb to hurt. */
const mostPids = 1_024;
/** What an engine may keep of a container's output beside the log that is ours: a hostile function prints gigabytes. */
const engineLog = { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } };
const writableTmp = 'rw,nosuid,nodev,mode=1777,size=256m';

/** What a container of a function is made from. */
export interface ContainerDescription {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly deployment: Deployment;
  readonly network: string;
  /** Whether the function's port is to be had on the engine's loopback address. */
  readonly published: boolean;
  readonly secretsVolume?: string;
}

/** A deployment in the engine's words, with as few rights as an HTTP server on a high port can do with. */
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
      // An empty port lets the engine choose a free one.
      ...(published && { PortBindings: { [functionPort]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
      Init: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: mostPids,
      LogConfig: engineLog,
      ...limitsOf(deployment),
      ...(deployment.readOnlyRootFilesystem && { ReadonlyRootfs: true, Tmpfs: { '/tmp': writableTmp } }),
      ...(secretsVolume && { Mounts: [secretsMount(secretsVolume, { readOnly: true })] }),
    },
  };
}

/** The watchdog takes its command from `fprocess`. It listens on 8080 unless told, so no port is. */
function environmentOf({ envVars, envProcess }: Deployment): string[] {
  const variables = envProcess === '' ? envVars : { ...envVars, fprocess: envProcess };
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

function limitsOf({ limits }: Deployment): HostConfig {
  const memory = parseMemory(limits?.memory ?? '');
  const cpu = parseCpu(limits?.cpu ?? '');
  return {
    // Memory and swap together: no more than the memory, so no swap.
    ...(memory !== undefined && { Memory: memory, MemorySwap: memory }),
    ...(cpu !== undefined && { NanoCpus: Math.round(cpu * 1e9) }),
  };
}
