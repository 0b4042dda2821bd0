import { setTimeout as delay } from 'node:timers/promises';

import type { Container } from 'dockerode';
import type { Dispatcher } from 'undici';

import { forwardCall } from '@later/http-kit';
import type { Instance, InstanceCall, InstanceUsage } from '@later/runtime-contract';
import { ignoreMissing } from '../engine/engine-requests.js';
import { engineReasonOf, engineStatusOf } from '../engine/engine.js';
import { ContainerUsageMeter } from './container-usage-meter.js';

/** How long the last output of an exited container may take to arrive. */
const lastOutputMs = 1_000;
/** The engine's status for a container that is already stopped. */
const alreadyStopped = 304;

/** A container that was started and can be called. */
export interface RunningContainer {
  readonly container: Container;
  readonly url: URL;
  readonly http: Dispatcher;
  /** How long the container may take to end after SIGTERM. */
  readonly graceMs: number;
  /** Removes the container and everything that belongs to it; may be repeated. */
  readonly remove: () => Promise<void>;
}

/** A function in a container. */
export class ContainerInstance implements Instance {
  readonly ended: Promise<string>;
  readonly #meter = new ContainerUsageMeter(Date.now());
  readonly #removed = Promise.withResolvers<void>();
  #stopping: Promise<void> | undefined;

  constructor(
    readonly id: string,
    private readonly running: RunningContainer,
    exited: Promise<string>,
  ) {
    this.ended = this.#waitForEnd(exited);
  }

  /** Resolves once the container is removed, whether it was stopped or ended by itself. */
  get removed(): Promise<void> {
    return this.#removed.promise;
  }

  answer(call: InstanceCall): Promise<void> {
    return forwardCall(this.running.http, this.running.url, call);
  }

  async usage(): Promise<InstanceUsage> {
    const stats = await ignoreMissing(this.running.container.stats({ stream: false, 'one-shot': true }));
    return stats ? this.#meter.read(stats, Date.now()) : { cpuMilli: 0, memoryBytes: 0 };
  }

  stop(): Promise<void> {
    // A stop that failed, for example while the engine was down, can be repeated.
    this.#stopping ??= this.#stop().catch((error: unknown) => {
      this.#stopping = undefined;
      throw error;
    });
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { container, graceMs, remove } = this.running;
    // The engine sends SIGTERM, waits, and kills every process in the container.
    await ignoreMissing(container.stop({ t: Math.ceil(graceMs / 1_000) })).catch((error: unknown) => {
      if (engineStatusOf(error) !== alreadyStopped) throw error;
    });
    await remove();
    this.#removed.resolve();
  }

  async #waitForEnd(exited: Promise<string>): Promise<string> {
    const reason = await exited;
    if (this.#stopping) return new Promise(() => undefined);
    // If the container cannot be removed now, `stop` or the next sweep removes it.
    await this.running.remove().then(this.#removed.resolve, () => undefined);
    return reason;
  }
}

/**
 * Waits until a container has exited. Resolves with the reason.
 * @param logEnded resolves once all output of the container has been read
 */
export async function waitForExit(container: Container, logEnded: Promise<void>): Promise<string> {
  try {
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    await Promise.race([logEnded, delay(lastOutputMs, undefined, { ref: false })]);
    const { State: state } = await container.inspect();
    return state.OOMKilled ? 'it was killed for using more memory than its limit' : `it exited with code ${code}`;
  } catch (error) {
    return `the engine lost sight of it: ${engineReasonOf(error)}`;
  }
}
