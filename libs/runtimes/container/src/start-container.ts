import { randomBytes } from 'node:crypto';

import { callingAgent } from '@later/http-kit';

import type { InstanceSpec } from '@later/runtime-contract';
import { engineReasonOf, type Engine } from './engine/engine.js';
import type { FunctionsNetwork } from './engine/functions-network.js';
import { labelsOfInstance } from './ownership/ownership-labels.js';
import { removeInstance, type InstanceNames } from './remove-leftovers.js';
import { ContainerInstance, waitForExit } from './running/container-instance.js';
import { followLog } from './running/follow-log.js';
import { provisionSecrets } from './secrets/provision-secrets.js';
import { describeContainer } from './starting/describe-container.js';
import { healthCheckOf, waitForAddress, type Reach } from './starting/inspect-container.js';
import { pullImage } from './starting/pull-image.js';
import { raceContainerExit } from './starting/race-container-exit.js';
import { readyPathAnnotation, waitUntilReady } from './starting/wait-until-ready.js';

/** The settings that all containers of a provider share. */
export interface ContainerSettings {
  readonly engine: Engine;
  readonly providerId: string;
  readonly network: FunctionsNetwork;
  readonly reach: Reach;
  readonly graceMs: number;
  readonly startTimeoutMs: number;
}

/** One start that is in progress. */
interface ContainerStart extends ContainerSettings {
  readonly spec: InstanceSpec;
  readonly names: InstanceNames;
  readonly signal: AbortSignal;
  /** What the instance uses in this process: disposed of when the instance is removed. */
  readonly resources: AsyncDisposableStack;
}

/**
 * Starts an instance in a container of its own.
 * @throws with the reason, one line, when it cannot start; everything that was created is removed then
 */
export async function startContainer(
  settings: ContainerSettings,
  spec: InstanceSpec,
  signal: AbortSignal,
): Promise<ContainerInstance> {
  const names = namesFor(spec);
  const resources = new AsyncDisposableStack();
  const remove = async (): Promise<void> => {
    await resources.disposeAsync();
    await removeInstance(settings.engine, names);
  };
  try {
    const start = { ...settings, spec, names, signal, resources };
    await prepare(start);
    return await launch(start, remove);
  } catch (error) {
    await remove();
    signal.throwIfAborted();
    throw new Error(engineReasonOf(error), { cause: error });
  }
}

/** Provides the image, the network and the secrets, which must exist before the container. */
async function prepare(start: ContainerStart): Promise<void> {
  const { engine, spec, names, network, reach, providerId, resources, signal } = start;
  const { id, deployment, secrets, log } = spec;
  await pullImage(engine, deployment.image, signal);
  await (reach === 'published' ? network.provision() : network.requireExisting());
  signal.throwIfAborted();
  if (secrets.size === 0) return;
  const labels = labelsOfInstance(providerId, id, deployment);
  resources.use(
    await provisionSecrets(engine, { name: names.secretsVolume, labels, image: deployment.image, secrets }, log),
  );
  signal.throwIfAborted();
}

/** Creates and starts the container, and waits until it can be called. */
async function launch(start: ContainerStart, remove: () => Promise<void>): Promise<ContainerInstance> {
  const { engine, spec, names, network, reach, providerId, graceMs, startTimeoutMs, resources, signal } = start;
  const { id, deployment, secrets } = spec;
  const description = {
    name: names.container,
    labels: labelsOfInstance(providerId, id, deployment),
    deployment,
    network: network.name,
    published: reach === 'published',
    ...(secrets.size > 0 && { secretsVolume: names.secretsVolume }),
  };
  const container = await engine.createContainer(describeContainer(description));
  const log = await followLog(container, spec.log);
  signal.throwIfAborted();
  await container.start();
  const exited = waitForExit(container, log.ended);
  const http = resources.adopt(callingAgent(), (agent) => agent.destroy());
  const url = await raceContainerExit(exited, log, { withinMs: startTimeoutMs, signal }, async (running) => {
    const address = await waitForAddress(container, reach, network.name, running);
    const readyPath = deployment.annotations[readyPathAnnotation];
    await waitUntilReady({ http, url: address, readyPath, isHealthy: await healthCheckOf(container) }, running);
    return address;
  });
  return new ContainerInstance(id, { container, url, http, graceMs, remove }, exited);
}

/** The random part keeps names apart on an engine that several providers share. */
function namesFor({ id }: InstanceSpec): InstanceNames {
  const readable = id.replaceAll(/[^\w.-]/g, '-').slice(0, 80);
  const container = `later-${readable}-${randomBytes(4).toString('hex')}`;
  return { container, secretsVolume: `${container}-secrets` };
}
