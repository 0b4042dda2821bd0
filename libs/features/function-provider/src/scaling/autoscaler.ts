import { setTimeout as delay } from 'node:timers/promises';

import { fullName, type FunctionAddress } from '@later/job-schema';
import { scalePolicy } from '@later/function-schema';
import type { Logger } from '@later/service-kit';

import type { CallMeter } from './call-meter.js';
import { decideReplicas } from './decide-replicas.js';
import type { ScaleMemory } from './scale-memory.js';

/** A function as the autoscaler sees it. */
export interface ScalableFunction extends FunctionAddress {
  readonly labels: Readonly<Record<string, string>>;
  /** Instances there should be. */
  readonly replicas: number;
  readonly calls: Pick<CallMeter, 'ratePerSecond' | 'inFlight' | 'idleMs'>;
}

/** Jobs that wait, by a function's full name, `name.namespace`; a name that is absent has none. */
export type QueueDepths = ReadonlyMap<string, number>;

export interface AutoscalerOptions<Scaled extends ScalableFunction> {
  /** Those there are at this moment. */
  readonly functions: () => Iterable<Scaled>;
  /** Absent where jobs cannot be seen; type `queue` then goes by what is in flight. Must settle in bounded time. */
  readonly queueDepth?: () => Promise<QueueDepths>;
  /** Settles once the number is taken over, which the function tells from then on; instances may start after. */
  readonly scale: (fn: Scaled, replicas: number) => Promise<void>;
  readonly everyMs: number;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** In ms, of a clock that never goes back: that of the functions' meters. */
  readonly now?: () => number;
}

/** Gives each function the number of instances that its labels and its load ask for, again and again. */
export class Autoscaler<Scaled extends ScalableFunction = ScalableFunction> {
  readonly #options: AutoscalerOptions<Scaled>;
  readonly #now: () => number;
  #memories: ReadonlyMap<string, ScaleMemory> = new Map();
  #round: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #canSeeQueues = true;
  readonly #stopping = new AbortController();

  constructor(options: AutoscalerOptions<Scaled>) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Begins, with a first round after `everyMs`. */
  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  /** Begins no further round; resolves once the last has ended. May be called twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#round;
  }

  /** Looks at every function once; while a round goes on, it is that one. Never rejects. */
  round(): Promise<void> {
    this.#round ??= this.#lookAtAll().finally(() => (this.#round = undefined));
    return this.#round;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(this.#options.everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.round();
    }
  }

  async #lookAtAll(): Promise<void> {
    const memories = new Map<string, ScaleMemory>();
    try {
      const scaled = [...this.#options.functions()].filter(asksForScaling);
      // To count a long queue costs its backend something: only who goes by it has it counted.
      const depths = scaled.length > 0 ? await this.#queueDepths() : undefined;
      // All at once: a function that takes long to scale must not delay the others.
      const looks = scaled.map(async (fn) => {
        memories.set(fullName(fn), await this.#lookAt(fn, depths));
      });
      await Promise.all(looks);
      this.#memories = memories;
    } catch (error) {
      this.#options.log.warn({ error }, 'Could not look at the functions to scale');
    }
  }

  async #lookAt(fn: Scaled, depths: QueueDepths | undefined): Promise<ScaleMemory> {
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

  /** Undefined when they cannot be learnt now. */
  async #queueDepths(): Promise<QueueDepths | undefined> {
    const { queueDepth, log } = this.#options;
    try {
      const depths = queueDepth ? await queueDepth() : new Map<string, number>();
      this.#canSeeQueues = true;
      return depths;
    } catch (error) {
      if (this.#canSeeQueues) log.warn({ error }, 'Cannot see how many jobs wait: not scaling by them until then');
      this.#canSeeQueues = false;
      return undefined;
    }
  }
}

/** Whether its labels ask for more than a number set by hand. */
function asksForScaling({ labels }: ScalableFunction): boolean {
  const { target, zeroAfterMs } = scalePolicy(labels);
  return target !== undefined || zeroAfterMs !== undefined;
}
