import { randomBytes } from 'node:crypto';

import { callingAgent } from '@later/http-kit';

import type { InstanceSpec } from '@later/runtime-contract';
import { awaitReady, readyPathAnnotation } from './starting/wait-until-ready.js';
import { ContainerInstance, exitOf } from './running/container-instance.js';
import { describeContainer } from './starting/describe-container.js';
import { reasonOf, type Engine } from './engine/engine.js';
import { followLog } from './running/follow-log.js';
import type { FunctionsNetwork } from './engine/functions-network.js';
import { addressOf, healthOf, type Reach } from './starting/inspect-container.js';
import { labelsOfInstance } from './ownership/ownership-labels.js';
import { provisionSecrets } from './secrets/provision-secrets.js';
import { pullImage } from './starting/pull-image.js';
import { removeInstance, type InstanceNames } from './remove-leftovers.js';
import { unlessEnded } from './starting/race-container-exit.js';

/** What all containers of a provider have in common. */
export interface Surroundings {
  readonly engine: Engine;
  readonly providerId: string;
  readonly network: FunctionsNetwork;
  readonly reach: Reach;
  readonly graceMs: number;
  readonly startTimeoutMs: number;
}

/** One start, on its way. */
interface Start extends Surroundings {
  readonly spec: InstanceSpec;
  readonly names: InstanceNames;
  readonly signal: AbortSignal;
  /** What the instance holds in this process. */
  readonly held: AsyncDisposableStack;
}

/**
 * Starts an instance in a container of its own.
 * @throws with why it could not start, in a line; nothing of it is left then
 */
export async function startContainer(
  surroundings: Surroundings,
  spec: InstanceSpec,
  signal: AbortSignal,
): Promise<ContainerInstance> {
  const names = namesFor(spec);
  const held = new AsyncDisposableStack();
  const letGo = async (): Promise<void> => {
    await held.disposeAsync();
    await removeInstance(surroundings.engine, names);
  };
  try {
    const start = { ...surroundings, spec, names, signal, held };
    await prepare(start);
    return await launch(start, letGo);
  } catch (error) {
    await letGo();
    signal.throwIfAborted();
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** Sees to all that has to be there before the container. */
async function prepare({ engine, spec, names, network, reach, providerId, held, signal }: Start): Promise<void> {
  const { id, deployment, secrets, log } = spec;
  await pullImage(engine, deployment.image, signal);
  await (reach === 'published' ? network.provision() : network.requireThere());
  signal.throwIfAborted();
  if (secrets.size === 0) return;
  const labels = labelsOfInstance(providerId, id, deployment);
  held.use(
    await provisionSecrets(engine, { name: names.secretsVolume, labels, image: deployment.image, secrets }, log),
  );
  signal.throwIfAborted();
}

async function launch(start: Start, letGo: () => Promise<void>): Promise<ContainerInstance> {
  const { engine, spec, names, network, reach, providerId, graceMs, startTimeoutMs, held, signal } = start;
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
  const exited = exitOf(container, log.ended);
  const http = held.adopt(callingAgent(), (agent) => agent.destroy());
  const url = await unlessEnded(exited, log, { withinMs: startTimeoutMs, signal }, async (until) => {
    const found = await addressOf(container, reach, network.name, until);
    const readyPath = deployment.annotations[readyPathAnnotation];
    await awaitReady({ http, url: found, readyPath, isHealthy: await healthOf(container) }, until);
    return found;
  });
  return new ContainerInstance(id, { container, url, http, graceMs, letGo }, exited);
}

/** An id is unique for its provider; an engine is shared. */
function namesFor({ id }: InstanceSpec): InstanceNames {
  const readable = id.replaceAll(/[^\w.-]/g, '-').slice(0, 80);
  const container = `later-${readable}-${randomBytes(4).toString('hex')}`;
  return { container, secretsVolume: `${container}-secrets` };
}
