import type { Deployment, Fault } from '@later/function-schema';

import type { Instance, InstanceSpec, Runtime } from '@later/runtime-contract';
import { EngineUnreachableError, openEngine, reachEngine } from './engine/engine.js';
import { FunctionsNetwork, removeUnusedNetworks } from './engine/functions-network.js';
import { readProviderId } from './ownership/provider-id.js';
import { removeLeftovers } from './remove-leftovers.js';
import type { ContainerInstance } from './running/container-instance.js';
import { startContainer, type ContainerSettings } from './start-container.js';
import { containerFaults } from './starting/container-faults.js';
import type { Reach } from './starting/inspect-container.js';

export interface ContainerRuntimeOptions {
  /** Where the engine listens, as in `DOCKER_HOST`. */
  readonly engine: string;
  /** The directory that stores the provider's id. */
  readonly dataDir: string;
  /** The network of the containers; without it, this provider creates one of its own. */
  readonly network?: string | undefined;
  readonly reach?: Reach | undefined;
  /** How long a container may take to end after SIGTERM before it is killed; rounded up to seconds. */
  readonly graceMs?: number;
  /** How long a container may take from its start until it can be called. */
  readonly startTimeoutMs?: number;
}

/** Runs each instance in a container of its own, on any engine that speaks Docker's API. */
export const containerRuntime = (options: ContainerRuntimeOptions): Runtime => new ContainerRuntime(options);

class ContainerRuntime implements Runtime {
  readonly runsElsewhere = false;
  readonly #closing = new AbortController();
  readonly #starts = new Set<Promise<ContainerInstance>>();
  #opening: Promise<ContainerSettings> | undefined;

  constructor(private readonly options: ContainerRuntimeOptions) {}

  faultsOf(deployment: Deployment): readonly Fault[] {
    return containerFaults(deployment);
  }

  mostReplicas(): number {
    return Infinity;
  }

  async start(spec: InstanceSpec, signal: AbortSignal): Promise<Instance> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    either.throwIfAborted();
    const starting = this.#reachSettings().then((settings) => startContainer(settings, spec, either));
    this.#starts.add(starting);
    const forget = (): void => void this.#starts.delete(starting);
    // `close` has nothing to do for an instance whose container is already removed.
    starting.then(({ removed }) => removed.then(forget), forget);
    return starting;
  }

  async sweep(): Promise<void> {
    const { engine, providerId } = await this.#reachSettings();
    await removeLeftovers(engine, providerId);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('The container runtime is closing'));
    const started = await Promise.allSettled(this.#starts);
    await Promise.all(started.flatMap((start) => (start.status === 'fulfilled' ? [start.value.stop()] : [])));
    if (!this.#opening) return;
    try {
      const { engine, providerId } = await this.#reachSettings();
      await removeUnusedNetworks(engine, providerId);
    } catch (error) {
      // Nothing can be removed from an engine that does not answer; the next sweep removes it.
      if (!(error instanceof EngineUnreachableError)) throw error;
    }
  }

  /** @throws EngineUnreachableError when the engine does not answer now */
  async #reachSettings(): Promise<ContainerSettings> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    const settings = await this.#opening;
    await reachEngine(settings.engine, this.options.engine);
    return settings;
  }

  async #open(): Promise<ContainerSettings> {
    const { dataDir, network: given, reach = 'published', graceMs = 5_000, startTimeoutMs = 60_000 } = this.options;
    const engine = await openEngine(this.options.engine);
    const providerId = await readProviderId(dataDir);
    const network = new FunctionsNetwork(engine, given ?? `later-functions-${providerId.slice(0, 8)}`, providerId);
    return { engine, providerId, network, reach, graceMs, startTimeoutMs };
  }
}
