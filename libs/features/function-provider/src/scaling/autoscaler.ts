import { setTimeout as delay } from 'node:timers/promises';

import { fullName, type FunctionAddress } from '@later/job-schema';
import { scalePolicy } from '@later/function-schema';
import type { Logger } from '@later/service-kit';

import type { CallMeter } from './call-meter.js';
import { decideReplicas } from './decide-replicas.js';
import type { ScaleMemory } from './scale-memory.js';

/** A function with the facts that the autoscaler needs. */
export interface ScalableFunction extends FunctionAddress {
  readonly labels: Readonly<Record<string, string>>;
  /** The number of instances that should run. */
  readonly replicas: number;
  readonly calls: Pick<CallMeter, 'ratePerSecond' | 'inFlight' | 'idleMs'>;
}

/** The number of waiting jobs by a function's full name, `name.namespace`; an absent name has none. */
export type QueueDepths = ReadonlyMap<string, number>;

export interface AutoscalerOptions<Scaled extends ScalableFunction> {
  /** The functions to scale, read again for every round. */
  readonly functions: () => Iterable<Scaled>;
  /** Absent where queues cannot be read; type `queue` then counts calls in flight only. Must settle in bounded time. */
  readonly queueDepth?: () => Promise<QueueDepths>;
  /** Settles when the function has the new number; its instances may start later. */
  readonly scale: (fn: Scaled, replicas: number) => Promise<void>;
  readonly everyMs: number;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** The monotonic clock of the functions' meters, in ms. */
  readonly now?: () => number;
}

/** Repeatedly gives each function the number of instances that its labels and its load ask for. */
export class Autoscaler<Scaled extends ScalableFunction = ScalableFunction> {
  readonly #options: AutoscalerOptions<Scaled>;
  readonly #now: () => number;
  #memories: ReadonlyMap<string, ScaleMemory> = new Map();
  #round: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #canCountJobs = true;
  readonly #stopping = new AbortController();

  constructor(options: AutoscalerOptions<Scaled>) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Starts the rounds; the first one begins after `everyMs`. */
  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  /** Starts no further round; resolves when the last one has ended. May be called twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#round;
  }

  /** Decides about every function once; returns the running round when there is one. Never rejects. */
  round(): Promise<void> {
    this.#round ??= this.#decideAll().finally(() => (this.#round = undefined));
    return this.#round;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(this.#options.everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.round();
    }
  }

  async #decideAll(): Promise<void> {
    const memories = new Map<string, ScaleMemory>();
    try {
      const scaled = [...this.#options.functions()].filter(isScaledAutomatically);
      // Counting a long queue costs the backend time: it is skipped when no function is scaled automatically.
      const depths = scaled.length > 0 ? await this.#queueDepths() : undefined;
      // In parallel: a function that takes long to scale must not delay the others.
      const decisions = scaled.map(async (fn) => {
        memories.set(fullName(fn), await this.#decide(fn, depths));
      });
      await Promise.all(decisions);
      this.#memories = memories;
    } catch (error) {
      this.#options.log.warn({ error }, 'Could not list the functions to scale');
    }
  }

  async #decide(fn: Scaled, depths: QueueDepths | undefined): Promise<ScaleMemory> {
    const { log, scale } = this.#options;
    const { replicas: from, calls } = fn;
    const name = fullName(fn);
    const known = this.#memories.get(name);
    const { replicas, because, memory } = decideReplicas({
      policy: scalePolicy(fn.labels),
      current: from,
      work: {
        perSecond: calls.ratePerSecond(),
        inFlight: calls.inFlight,
        queued: depths && (depths.get(name) ?? 0),
        idleMs: calls.idleMs(),
      },
      now: this.#now(),
      ...(known && { memory: known }),
    });
    if (replicas === from) return memory;
    const scaled = { function: name, from, to: replicas, because };
    try {
      await scale(fn, replicas);
      log.info(scaled, 'Scaled');
      return memory;
    } catch (error) {
      log.warn({ ...scaled, error }, 'Could not scale');
      return { ...memory, replicas: from };
    }
  }

  /** Undefined when the queues cannot be read now. */
  async #queueDepths(): Promise<QueueDepths | undefined> {
    const { queueDepth, log } = this.#options;
    try {
      const depths = queueDepth ? await queueDepth() : new Map<string, number>();
      this.#canCountJobs = true;
      return depths;
    } catch (error) {
      if (this.#canCountJobs)
        log.warn({ error }, 'Cannot count waiting jobs: functions are not scaled by them until this works again');
      this.#canCountJobs = false;
      return undefined;
    }
  }
}

/** Whether the labels ask for automatic scaling. */
function isScaledAutomatically({ labels }: ScalableFunction): boolean {
  const { target, zeroAfterMs } = scalePolicy(labels);
  return target !== undefined || zeroAfterMs !== undefined;
}
