import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { functionSettings, type FunctionSettings } from '@later/function-schema';
import type { Logger } from '@later/service-kit';

import type { InstanceUsage } from '@later/runtime-contract';
import type { StoredFunction } from '../state/stored-function.js';
import { ChangeNotifier } from './change-notifier.js';
import type { CallWithoutTimeout, DispatchFailure, Reservation } from './dispatch.js';
import { mustRunAlone, type FunctionTarget } from './function-target.js';
import { drainMs, leastBusy, Slot } from './slot.js';
import { StartBackoff } from './start-backoff.js';

/** Everything that the instances of one function need. */
export interface InstancesOptions {
  /** Maps the name of each secret of the function to its file. */
  readonly secretPaths: (stored: StoredFunction) => ReadonlyMap<string, string>;
  readonly writeLog: (instance: string, text: string) => void;
  /** Delays a start while too many instances, of all functions, are starting. */
  readonly limitStart: <T>(start: () => Promise<T>) => Promise<T>;
  /** The time limit of a call when the function sets no `exec_timeout`, in ms. */
  readonly timeoutMs: number;
  readonly log: Logger;
}

/**
 * Runs as many instances of one function as its target asks for, and hands calls to them.
 *
 * `setTarget` changes the target; the slots follow (`Slot` draws the states of one slot). Missing instances start and
 * surplus ones retire. An update starts the new instances beside the old ones and retires the old ones when the new ones
 * are ready, so an update that cannot start leaves the function as it was. Where two instances cannot run at the same
 * time, the old one retires first. An instance that could not start, or ended by itself, is replaced after a backoff.
 *
 * A call finds the function in one of four states:
 *
 *     ready      a slot is ready              the call goes to the least busy instance, or fails with `busy`
 *     failing    the last start failed        the call fails with `cannot-start`
 *     at zero    the target is no instances   the call fails with `at-zero`
 *     starting   otherwise                    the call waits
 */
export class FunctionInstances {
  #slots: Slot[] = [];
  #target: FunctionTarget;
  /** The settings of the target's deployment, parsed once instead of for every call. */
  #settings: FunctionSettings;
  #backoff = new StartBackoff();
  /** Why the last start of the target's deployment failed; undefined after a successful start. */
  #failure: string | undefined;
  readonly #changes = new ChangeNotifier();

  constructor(
    target: FunctionTarget,
    private readonly options: InstancesOptions,
  ) {
    this.#target = target;
    this.#settings = functionSettings(target.stored.deployment.envVars);
    this.#reconcile();
  }

  /** The number of instances that can be called. */
  get available(): number {
    return this.#slots.filter(({ isReady }) => isReady).length;
  }

  setTarget(target: FunctionTarget): void {
    const wakes = this.#target.stored.replicas === 0 && target.stored.replicas > 0;
    if (wakes || target.stored.revision !== this.#target.stored.revision) {
      this.#backoff = new StartBackoff();
      this.#failure = undefined;
      // A slot that waits after a failure is replaced by one that starts at once.
      for (const slot of this.#slots) if (!slot.instance) slot.retire();
    }
    this.#target = target;
    this.#settings = functionSettings(target.stored.deployment.envVars);
    this.#reconcile();
    // A waiting call fails now when the target became zero.
    this.#changes.notify();
  }

  /**
   * Hands a call to the least busy instance; waits while instances are starting.
   * @param signal aborts when the client has gone away
   * @returns why no instance took the call; undefined after the call is answered
   */
  async dispatch(
    call: CallWithoutTimeout,
    startTimeoutMs: number,
    signal: AbortSignal,
  ): Promise<DispatchFailure | undefined> {
    // Found and counted in one step: otherwise another call could take the same place.
    const reserve = () => this.#reserve();
    const reserved =
      (signal.aborted ? undefined : reserve()) ?? (await this.#changes.waitUntil(reserve, startTimeoutMs, signal));
    if (!reserved) {
      return { kind: 'not-ready', reason: `no instance of it could be called within ${startTimeoutMs} ms` };
    }
    if ('kind' in reserved) return reserved;
    try {
      await reserved.instance.answer({ ...call, timeoutMs: reserved.timeoutMs });
      return undefined;
    } finally {
      reserved.slot.inFlight--;
      this.#changes.notify();
    }
  }

  /** The resources that all instances use together. */
  async usage(): Promise<InstanceUsage> {
    const measuring = this.#slots.flatMap(({ instance }) => (instance ? [instance.usage()] : []));
    const sum = { cpuMilli: 0, memoryBytes: 0 };
    for (const measured of await Promise.allSettled(measuring)) {
      // An instance that cannot be measured, because it just ended, counts as zero.
      if (measured.status === 'rejected') continue;
      sum.cpuMilli += measured.value.cpuMilli;
      sum.memoryBytes += measured.value.memoryBytes;
    }
    return sum;
  }

  /** Ends all instances; resolves when nothing of them is left. */
  async stop(reason = 'the function was removed'): Promise<void> {
    this.#target = { ...this.#target, stored: { ...this.#target.stored, replicas: 0 } };
    this.#failure = reason;
    this.#reconcile();
    this.#changes.notify();
    while (this.#slots.length > 0) await Promise.all(this.#slots.map(({ removed }) => removed));
  }

  /** Counts a call for the instance that will answer it; undefined while the call has to wait. */
  #reserve(): Reservation | DispatchFailure | undefined {
    const slot = leastBusy(this.#slots);
    if (!slot?.instance) {
      if (this.#failure !== undefined) return { kind: 'cannot-start', reason: this.#failure };
      return this.#target.stored.replicas === 0 ? { kind: 'at-zero' } : undefined;
    }
    const { maxInflight, timeoutMs = this.options.timeoutMs } = this.#settings;
    if (maxInflight !== undefined && slot.inFlight >= maxInflight) return { kind: 'busy' };
    slot.inFlight++;
    slot.busyUntil = Math.max(slot.busyUntil, performance.now() + timeoutMs);
    // Moved to the end: among equally busy instances, the one that has waited longest is next.
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    this.#slots.push(slot);
    return { slot, instance: slot.instance, timeoutMs };
  }

  /** Starts missing instances and retires surplus ones. */
  #reconcile(): void {
    const { revision, replicas } = this.#target.stored;
    const kept = this.#slots.filter((slot) => !slot.isRetiring);
    const current = kept.filter((slot) => slot.revision === revision);
    const old = kept.filter((slot) => slot.revision !== revision);
    const surplus = current.toSorted((a, b) => Number(a.isReady) - Number(b.isReady) || a.inFlight - b.inFlight);
    for (const slot of surplus.slice(0, Math.max(0, current.length - replicas))) slot.retire();
    const alone = mustRunAlone(this.#target);
    if (alone || replicas === 0 || current.filter(({ isReady }) => isReady).length >= replicas) {
      for (const slot of old) slot.retire();
    }
    // The next instance has to wait for the retiring one; its removal reconciles again.
    if (alone && this.#slots.some(({ isRetiring }) => isRetiring)) return;
    for (let missing = replicas - current.length; missing > 0; missing--) this.#add(0);
  }

  #add(afterMs: number): void {
    const { deployment, revision } = this.#target.stored;
    const slot = new Slot(`${deployment.service}-${randomBytes(4).toString('hex')}`, revision);
    this.#slots.push(slot);
    slot.removed = this.#run(slot, this.#target, afterMs).catch((error: unknown) => {
      // A defect in one function must not end the provider, which runs the others.
      this.options.log.error({ error }, 'Lost an instance');
    });
  }

  /** Takes a slot through all its states, and replaces it when its instance failed. */
  async #run(slot: Slot, { stored, runtime }: FunctionTarget, afterMs: number): Promise<void> {
    const { retirement } = slot;
    const log = (text: string): void => this.options.writeLog(slot.id, text);
    let startedAt: number | undefined;
    let reason: string;
    try {
      if (afterMs > 0) await delay(afterMs, undefined, { signal: retirement });
      const spec = { id: slot.id, deployment: stored.deployment, secrets: this.options.secretPaths(stored), log };
      const instance = await this.options.limitStart(async () => {
        retirement.throwIfAborted();
        return runtime.start(spec, retirement);
      });
      startedAt = performance.now();
      slot.markStarted(instance);
      if (slot.isReady && this.#target.stored.revision === slot.revision) this.#failure = undefined;
      this.#reconcile();
      this.#changes.notify();
      reason = await Promise.race([instance.ended, abortReason(retirement)]);
      if (slot.isRetiring) await this.#drain(slot);
      // Before its leftovers are removed, so that no call goes to an instance that has ended.
      slot.markEnded();
      await instance.stop();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    this.#slots.splice(this.#slots.indexOf(slot), 1);
    if (slot.isRetiring || slot.revision !== this.#target.stored.revision) return this.#reconcile();
    this.#replace(slot, reason, startedAt);
  }

  #replace(slot: Slot, reason: string, startedAt: number | undefined): void {
    const afterMs = this.#backoff.next(startedAt === undefined ? 0 : performance.now() - startedAt);
    const event = startedAt === undefined ? 'Could not start' : 'Ended';
    this.options.writeLog(slot.id, `${event}: ${reason}. Starting again in ${afterMs} ms.`);
    this.options.log.warn({ instance: slot.id, reason, afterMs }, event);
    if (startedAt === undefined) this.#failure = `it could not start: ${reason}`;
    this.#add(afterMs);
    this.#reconcile();
    this.#changes.notify();
  }

  /** Waits until the calls of a retiring slot are answered, or their time limits have passed. */
  async #drain(slot: Slot): Promise<void> {
    const withinMs = drainMs(slot, performance.now());
    await this.#changes.waitUntil(() => slot.inFlight === 0 || undefined, withinMs, new AbortController().signal);
  }
}

const abortReason = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    const settle = (): void => resolve(String(signal.reason));
    if (signal.aborted) settle();
    else signal.addEventListener('abort', settle, { once: true });
  });
