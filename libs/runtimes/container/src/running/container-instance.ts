import { setTimeout as delay } from 'node:timers/promises';

import type { Container } from 'dockerode';
import type { Dispatcher } from 'undici';

import { forwardCall } from '@later/http-kit';
import type { Instance, InstanceCall, InstanceUsage } from '@later/runtime-contract';
import { ifThere, reasonOf, statusOf } from '../engine/engine.js';
import { UsageMeter } from './container-usage-meter.js';

/** How long what a dead container printed last may take to reach us. */
const lastLinesMs = 1_000;
/** An engine's status code. */
const alreadyStopped = 304;

/** A container that was started and can be called. */
export interface RunningContainer {
  readonly container: Container;
  readonly url: URL;
  readonly http: Dispatcher;
  /** How long it may take to end by itself when it is told to. */
  readonly graceMs: number;
  /** Removes it and all that belongs to it; may be repeated. */
  readonly letGo: () => Promise<void>;
}

/** A function in a container. */
export class ContainerInstance implements Instance {
  readonly ended: Promise<string>;
  readonly #meter = new UsageMeter(Date.now());
  readonly #gone = Promise.withResolvers<void>();
  #stopping: Promise<void> | undefined;

  constructor(
    readonly id: string,
    private readonly running: RunningContainer,
    exited: Promise<string>,
  ) {
    this.ended = this.#endedByItself(exited);
  }

  /** Resolves once nothing of it is left, however that came. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  answer(call: InstanceCall): Promise<void> {
    return forwardCall(this.running.http, this.running.url, call);
  }

  async usage(): Promise<InstanceUsage> {
    const stats = await ifThere(this.running.container.stats({ stream: false, 'one-shot': true }));
    return stats ? this.#meter.read(stats, Date.now()) : { cpuMilli: 0, memoryBytes: 0 };
  }

  stop(): Promise<void> {
    // One that failed, the engine being away, can be asked for again.
    this.#stopping ??= this.#stop().catch((error: unknown) => {
      this.#stopping = undefined;
      throw error;
    });
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { container, graceMs, letGo } = this.running;
    // The engine asks with SIGTERM, waits, and kills all that is in the container.
    await ifThere(container.stop({ t: Math.ceil(graceMs / 1_000) })).catch((error: unknown) => {
      if (statusOf(error) !== alreadyStopped) throw error;
    });
    await letGo();
    this.#gone.resolve();
  }

  async #endedByItself(exited: Promise<string>): Promise<string> {
    const reason = await exited;
    if (this.#stopping) return new Promise(() => undefined);
    // What cannot be removed now is removed by `stop`, or swept.
    await this.running.letGo().then(this.#gone.resolve, () => undefined);
    return reason;
  }
}

/**
 * Resolves with why a container ended, once it has.
 * @param printed resolves once all that it printed has been read
 */
export async function exitOf(container: Container, printed: Promise<void>): Promise<string> {
  try {
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    await Promise.race([printed, delay(lastLinesMs, undefined, { ref: false })]);
    const { State: state } = await container.inspect();
    return state.OOMKilled ? 'it was killed for using more memory than its limit' : `it exited with code ${code}`;
  } catch (error) {
    return `the engine lost sight of it: ${reasonOf(error)}`;
  }
}
