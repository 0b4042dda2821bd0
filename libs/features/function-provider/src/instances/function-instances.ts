import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { functionSettings, type FunctionSettings } from '@later/function-schema';
import type { Logger } from '@later/service-kit';

import type { Instance, InstanceCall, InstanceUsage, Runtime } from '@later/runtime-contract';
import type { StoredFunction } from '../state/stored-function.js';
import { drainMs, leastBusy, type Slot } from './slot.js';
import { StartBackoff } from './start-backoff.js';
import { Waiters } from './waiters.js';

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
  /** Longest call of a function that names no `exec_timeout`, in ms. */
  readonly timeoutMs: number;
  readonly log: Logger;
}

/** A call whose time is the function's to say. */
export type UntimedCall = Omit<InstanceCall, 'timeoutMs'>;

/** An instance, with a call counted for it. */
interface Taken {
  readonly slot: Slot;
  readonly instance: Instance;
  readonly timeoutMs: number;
}

/** Why a call was not handed to an instance. */
export type NoInstance =
  | { readonly kind: 'busy' }
  /** There are to be none: who wants an instance has to say so. */
  | { readonly kind: 'at-zero' }
  | { readonly kind: 'not-ready'; readonly reason: string }
  | { readonly kind: 'cannot-start'; readonly reason: string };

/**
 * Keeps as many instances of one function as there should be, of the deployment in force, and hands calls to them.
 *
 * `want` says what there should be, and everything else follows: missing instances start, surplus ones retire. An
 * update starts the new instances beside the old and retires the old once the new can be called; so an update that
 * cannot start leaves the function as it was. Where two cannot run side by side, the old go first. An instance that
 * could not start, or ended by itself, is started again after a wait that doubles. A retiring instance takes no call,
 * answers those it has, each for as long as it may take, and is stopped.
 */
export class FunctionInstances {
  #slots: Slot[] = [];
  #wanted: Wanted;
  /** Of the deployment in force: read once, not with every call. */
  #settings: FunctionSettings;
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
    this.#settings = functionSettings(wanted.stored.deployment.envVars);
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
    this.#settings = functionSettings(wanted.stored.deployment.envVars);
    this.#reconcile();
    // Who waits learns of an end, or that there is to be nothing to wait for.
    this.#waiters.settled();
  }

  /**
   * Hands a call to the least busy instance, waiting for one that starts.
   * @param signal aborts when nobody waits for the answer any more
   * @returns why there was none; undefined once the call is answered
   */
  async answer(call: UntimedCall, startTimeoutMs: number, signal: AbortSignal): Promise<NoInstance | undefined> {
    // Taken as soon as it is found: what is found may be another's, or gone, a moment later.
    const take = () => this.#take();
    const found = (signal.aborted ? undefined : take()) ?? (await this.#waiters.until(take, startTimeoutMs, signal));
    if (!found) return { kind: 'not-ready', reason: `no instance of it could be called within ${startTimeoutMs} ms` };
    if ('kind' in found) return found;
    try {
      await found.instance.answer({ ...call, timeoutMs: found.timeoutMs });
      return undefined;
    } finally {
      found.slot.inFlight--;
      this.#waiters.settled();
    }
  }

  async usage(): Promise<InstanceUsage> {
    const asked = this.#slots.flatMap(({ instance }) => (instance ? [instance.usage()] : []));
    const sum = { cpuMilli: 0, memoryBytes: 0 };
    for (const told of await Promise.allSettled(asked)) {
      // One that ends at this moment uses nothing.
      if (told.status === 'rejected') continue;
      sum.cpuMilli += told.value.cpuMilli;
      sum.memoryBytes += told.value.memoryBytes;
    }
    return sum;
  }

  /** Ends all instances; resolves when nothing of them is left. */
  async stop(why = 'the function was removed'): Promise<void> {
    this.#wanted = { ...this.#wanted, stored: { ...this.#wanted.stored, replicas: 0 } };
    this.#failure = why;
    this.#reconcile();
    this.#waiters.settled();
    while (this.#going.size > 0) await Promise.all(this.#going);
  }

  /** Counts a call for the instance that is to answer it; undefined while none can. */
  #take(): Taken | NoInstance | undefined {
    const slot = leastBusy(this.#slots);
    if (!slot?.instance) {
      if (this.#failure !== undefined) return { kind: 'cannot-start', reason: this.#failure };
      return this.#wanted.stored.replicas === 0 ? { kind: 'at-zero' } : undefined;
    }
    const { maxInflight, timeoutMs = this.options.timeoutMs } = this.#settings;
    if (maxInflight !== undefined && slot.inFlight >= maxInflight) return { kind: 'busy' };
    slot.inFlight++;
    slot.busyUntil = Math.max(slot.busyUntil, performance.now() + timeoutMs);
    // Of equals the one that was called last comes last.
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    this.#slots.push(slot);
    return { slot, instance: slot.instance, timeoutMs };
  }

  #reconcile(): void {
    const { stored } = this.#wanted;
    const { revision, replicas } = stored;
    const current = this.#slots.filter((slot) => !slot.retiring && slot.revision === revision);
    const old = this.#slots.filter((slot) => !slot.retiring && slot.revision !== revision);
    const surplus = current.toSorted((a, b) => Number(!!a.instance) - Number(!!b.instance) || a.inFlight - b.inFlight);
    for (const slot of surplus.slice(0, Math.max(0, current.length - replicas))) this.#retire(slot);
    const alone = standsAlone(this.#wanted);
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
      busyUntil: 0,
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
    let startedAt: number | undefined;
    let reason: string;
    try {
      if (afterMs > 0) await delay(afterMs, undefined, { signal });
      const spec = { id: slot.id, deployment: stored.deployment, secrets: this.options.secretsOf(stored), log: say };
      const instance = await this.options.whenThereIsRoom(async () => {
        signal.throwIfAborted();
        return runtime.start(spec, signal);
      });
      startedAt = performance.now();
      slot.instance = instance;
      if (!slot.retiring && this.#wanted.stored.revision === slot.revision) this.#failure = undefined;
      this.#reconcile();
      this.#waiters.settled();
      reason = await Promise.race([instance.ended, aborted(signal)]);
      if (slot.retiring) await this.#drain(slot);
      // Nobody is to be sent to one that has ended, while it is cleared away.
      delete slot.instance;
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

  /** Until its calls are answered, each in its own time. */
  async #drain(slot: Slot): Promise<void> {
    const withinMs = drainMs(slot, performance.now());
    await this.#waiters.until(() => slot.inFlight === 0 || undefined, withinMs, new AbortController().signal);
  }

  #follow(going: Promise<void>): void {
    // A defect of one function must not end the provider of all.
    const gone = going.catch((error: unknown) => this.options.log.error({ error }, 'Lost an instance'));
    this.#going.add(gone);
    void gone.then(() => this.#going.delete(gone));
  }
}

/** Whether a second instance has to wait until the first is gone. One that runs elsewhere is in nobody's way here. */
const standsAlone = ({ runtime, stored }: Wanted): boolean =>
  runtime.name !== 'upstream' && runtime.faultsOf(stored.deployment, 2).length > 0;

const aborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    const tell = (): void => resolve(String(signal.reason));
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });
