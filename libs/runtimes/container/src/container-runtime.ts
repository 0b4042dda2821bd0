import type { Deployment, Fault } from '@later/function-schema';

import type { Instance, InstanceSpec, Runtime } from '@later/runtime-contract';
import { containerFaults } from './starting/container-faults.js';
import type { ContainerInstance } from './running/container-instance.js';
import { EngineUnreachableError, openEngine, reachEngine } from './engine/engine.js';
import { FunctionsNetwork, removeUnusedNetworks } from './engine/functions-network.js';
import type { Reach } from './starting/inspect-container.js';
import { readProviderId } from './ownership/provider-id.js';
import { removeAllOf } from './remove-leftovers.js';
import { startContainer, type Surroundings } from './start-container.js';

export interface ContainerRuntimeOptions {
  /** Where the engine listens, as in `DOCKER_HOST`. */
  readonly engine: string;
  /** Keeps who this provider is to the engine. */
  readonly dataDir: string;
  /** The name of the network that the containers are put on; one of this provider's own when there is none. */
  readonly network?: string | undefined;
  readonly reach?: Reach | undefined;
  /** How long a container may take to end by itself when it is told to; rounded up to seconds. */
  readonly graceMs?: number;
  /** How long a container may take from its start until it takes calls. */
  readonly startTimeoutMs?: number;
}

/** Runs each instance in a container of its own, on any engine that speaks Docker's API. */
export const containerRuntime = (options: ContainerRuntimeOptions): Runtime => new ContainerRuntime(options);

class ContainerRuntime implements Runtime {
  readonly runsElsewhere = false;
  readonly #closing = new AbortController();
  readonly #starts = new Set<Promise<ContainerInstance>>();
  #opening: Promise<Surroundings> | undefined;

  constructor(private readonly options: ContainerRuntimeOptions) {}

  faultsOf(deployment: Deployment): readonly Fault[] {
    return containerFaults(deployment);
  }

  mostReplicas(): number {
    return Infinity;
  }

  async start(spec: InstanceSpec, signal: AbortSignal): Promise<Instance> {
    const wanted = AbortSignal.any([signal, this.#closing.signal]);
    wanted.throwIfAborted();
    const starting = this.#surroundings().then((surroundings) => startContainer(surroundings, spec, wanted));
    this.#starts.add(starting);
    const forget = (): void => void this.#starts.delete(starting);
    // An instance that ended or was stopped has nothing left to close.
    starting.then(({ gone }) => gone.then(forget), forget);
    return starting;
  }

  async sweep(): Promise<void> {
    const { engine, providerId } = await this.#surroundings();
    await removeAllOf(engine, providerId);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('The container runtime is closing'));
    const started = await Promise.allSettled(this.#starts);
    await Promise.all(started.flatMap((start) => (start.status === 'fulfilled' ? [start.value.stop()] : [])));
    if (!this.#opening) return;
    try {
      const { engine, providerId } = await this.#surroundings();
      await removeUnusedNetworks(engine, providerId);
    } catch (error) {
      // Of what an engine has that does not answer, nothing can be let go; the next sweep does it.
      if (!(error instanceof EngineUnreachableError)) throw error;
    }
  }

  /** What is needed of an engine that answers. */
  async #surroundings(): Promise<Surroundings> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    const surroundings = await this.#opening;
    await reachEngine(surroundings.engine, this.options.engine);
    return surroundings;
  }

  async #open(): Promise<Surroundings> {
    const { dataDir, network: given, reach = 'published', graceMs = 5_000, startTimeoutMs = 60_000 } = this.options;
    const engine = await openEngine(this.options.engine);
    const providerId = await readProviderId(dataDir);
    const network = new FunctionsNetwork(engine, given ?? `later-functions-${providerId.slice(0, 8)}`, providerId);
    return { engine, providerId, network, reach, graceMs, startTimeoutMs };
  }
}
