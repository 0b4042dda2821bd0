import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { functionSettings } from '@later/job-schema';
import type { Logger } from '@later/service-kit';

import type { InstanceCall, InstanceUsage, Runtime } from '../runtimes/runtime.js';
import type { StoredFunction } from '../state/stored-function.js';
import { leastBusy, type Slot } from './slot.js';
import { StartBackoff } from './start-backoff.js';
import { Waiters } from './waiters.js';

/** Calls of an instance that is to go may take this long to be answered; then it is ended under them. */
const drainMs = 30_000;

/** What a function's instances are to be. */
export interface Wanted {
  readonly stored: StoredFunction;
  readonly runtime: Runtime;
}

/** All that one function's instances need. */
export interface InstancesOptions {
  readonly secretsOf: (stored: StoredFunction) => ReadonlyMap<string, string>;
  readonly writeLog: (instance: string, text: string) => void;
  /** Lets only so many instances start at once, over all functions. */
  readonly whenThereIsRoom: <T>(start: () => Promise<T>) => Promise<T>;
  readonly log: Logger;
}

/** Why a call was not handed to an instance. */
export type NoInstance =
  | { readonly kind: 'busy' }
  | { readonly kind: 'not-ready'; readonly reason: string }
  | { readonly kind: 'cannot-start'; readonly reason: string };

/**
 * Keeps as many instances of one function as there should be, of the deployment in force, and hands calls to them.
 *
 * `want` says what there should be, and everything else follows: missing instances start, surplus ones retire. An
 * update starts the new instances beside the old and retires the old once the new can be called; so an update that
 * cannot start leaves the function as it was. Where two cannot run side by side, the old go first. An instance that
 * could not start, or ended by itself, is started again after a wait that doubles. A retiring instance takes no call,
 * answers those it has, and is stopped.
 */
export class FunctionInstances {
  #slots: Slot[] = [];
  #wanted: Wanted;
  #backoff = new StartBackoff();
  /** Why the last start of the deployment in force failed, until one succeeds. */
  #failure: string | undefined;
  readonly #waiters = new Waiters();
  readonly #going = new Set<Promise<void>>();

  constructor(
    wanted: Wanted,
    private readonly options: InstancesOptions,
  ) {
    this.#wanted = wanted;
    this.#reconcile();
  }

  /** Instances that can be called. */
  get available(): number {
    return this.#slots.filter(({ instance, retiring }) => instance && !retiring).length;
  }

  want(wanted: Wanted): void {
    const wakes = this.#wanted.stored.replicas === 0 && wanted.stored.replicas > 0;
    if (wakes || wanted.stored.revision !== this.#wanted.stored.revision) {
      this.#backoff = new StartBackoff();
      this.#failure = undefined;
      // Starts again what waits after a failure of the deployment before.
      for (const slot of this.#slots) if (!slot.instance) this.#retire(slot);
    }
    this.#wanted = wanted;
    this.#reconcile();
  }

  /**
   * Hands a call to the least busy instance, waiting for one that starts.
   * @param signal aborts when nobody waits for the answer any more
   * @returns why there was none; undefined once the call is answered
   */
  async answer(call: InstanceCall, startTimeoutMs: number, signal: AbortSignal): Promise<NoInstance | undefined> {
    const { maxInflight } = functionSettings(this.#wanted.stored.deployment.envVars);
    const slot = leastBusy(this.#slots) ?? (await this.#untilAvailable(startTimeoutMs, signal));
    if ('kind' in slot) return slot;
    if (maxInflight !== undefined && slot.inFlight >= maxInflight) return { kind: 'busy' };
    slot.inFlight++;
    // Of equals the one that was called last comes last.
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    this.#slots.push(slot);
    try {
      await slot.instance!.answer(call);
      return undefined;
    } finally {
      slot.inFlight--;
      this.#waiters.settled();
    }
  }

  async usage(): Promise<InstanceUsage> {
    const each = await Promise.all(this.#slots.flatMap(({ instance }) => (instance ? [instance.usage()] : [])));
    return each.reduce(
      (sum, one) => ({
        cpuMilli: sum.cpuMilli + one.cpuMilli,
        memoryBytes: sum.memoryBytes + one.memoryBytes,
      }),
      { cpuMilli: 0, memoryBytes: 0 },
    );
  }

  /** Ends all instances; resolves when nothing of them is left. */
  async stop(): Promise<void> {
    this.#wanted = { ...this.#wanted, stored: { ...this.#wanted.stored, replicas: 0 } };
    this.#failure = 'the function was removed';
    this.#reconcile();
    this.#waiters.settled();
    while (this.#going.size > 0) await Promise.all(this.#going);
  }

  async #untilAvailable(withinMs: number, signal: AbortSignal): Promise<Slot | NoInstance> {
    const found = (): Slot | NoInstance | undefined => {
      const slot = leastBusy(this.#slots);
      if (slot) return slot;
      return this.#failure === undefined ? undefined : { kind: 'cannot-start', reason: this.#failure };
    };
    const reason = `no instance of it could be called within ${withinMs} ms`;
    return (await this.#waiters.until(found, withinMs, signal)) ?? { kind: 'not-ready', reason };
  }

  #reconcile(): void {
    const { stored } = this.#wanted;
    const { revision, replicas } = stored;
    const current = this.#slots.filter((slot) => !slot.retiring && slot.revision === revision);
    const old = this.#slots.filter((slot) => !slot.retiring && slot.revision !== revision);
    const surplus = current.toSorted((a, b) => Number(!!a.instance) - Number(!!b.instance) || a.inFlight - b.inFlight);
    for (const slot of surplus.slice(0, Math.max(0, current.length - replicas))) this.#retire(slot);
    const alone = this.#wanted.runtime.faultsOf(stored.deployment, 2).length > 0;
    if (alone || replicas === 0 || current.filter(({ instance }) => instance).length >= replicas)
      old.forEach((slot) => this.#retire(slot));
    // What holds a place that only one can have must be gone first; its going reconciles again.
    if (alone && this.#slots.some((slot) => slot.retiring)) return;
    for (let missing = replicas - current.length; missing > 0; missing--) this.#add(0);
  }

  #add(afterMs: number): void {
    const slot: Slot = {
      id: `${this.#wanted.stored.deployment.service}-${randomBytes(4).toString('hex')}`,
      revision: this.#wanted.stored.revision,
      inFlight: 0,
      retiring: false,
      giveUp: new AbortController(),
    };
    this.#slots.push(slot);
    this.#follow(this.#run(slot, this.#wanted, afterMs));
  }

  /** An instance's whole life: waits, starts it, and puts another in its place when it ends by itself. */
  async #run(slot: Slot, { stored, runtime }: Wanted, afterMs: number): Promise<void> {
    const { signal } = slot.giveUp;
    const say = (text: string): void => this.options.writeLog(slot.id, text);
    const spec = { id: slot.id, deployment: stored.deployment, secrets: this.options.secretsOf(stored), log: say };
    let startedAt: number | undefined;
    let reason: string;
    try {
      if (afterMs > 0) await delay(afterMs, undefined, { signal });
      const instance = await this.options.whenThereIsRoom(async () => {
        signal.throwIfAborted();
        return runtime.start(spec, signal);
      });
      startedAt = performance.now();
      slot.instance = instance;
      if (this.#wanted.stored.revision === slot.revision) this.#failure = undefined;
      this.#reconcile();
      this.#waiters.settled();
      reason = await Promise.race([instance.ended, aborted(signal)]);
      if (slot.retiring) await this.#drain(slot);
      await instance.stop();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    if (slot.retiring || slot.revision !== this.#wanted.stored.revision) return this.#reconcile();
    this.#replace(slot, reason, startedAt);
  }

  #replace(slot: Slot, reason: string, startedAt: number | undefined): void {
    const afterMs = this.#backoff.next(startedAt === undefined ? 0 : performance.now() - startedAt);
    const what = startedAt === undefined ? 'Could not start' : 'Ended';
    this.options.writeLog(slot.id, `${what}: ${reason}. Starting again in ${afterMs} ms.`);
    this.options.log.warn({ instance: slot.id, reason, afterMs }, what);
    if (startedAt === undefined) this.#failure = `it could not start: ${reason}`;
    this.#add(afterMs);
    this.#reconcile();
    this.#waiters.settled();
  }

  #retire(slot: Slot): void {
    if (slot.retiring) return;
    slot.retiring = true;
    slot.giveUp.abort(new Error('It is not wanted any more'));
  }

  /** Until its calls are answered. */
  async #drain(slot: Slot): Promise<void> {
    await this.#waiters.until(() => slot.inFlight === 0 || undefined, drainMs, new AbortController().signal);
  }

  #follow(going: Promise<void>): void {
    this.#going.add(going);
    void going.finally(() => this.#going.delete(going));
  }
}

const aborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    const tell = (): void => resolve(String(signal.reason));
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });
