import type { Instance } from '@later/runtime-contract';

/**
 * The state of a slot:
 *
 * - `starting`: waits for its backoff and for a free start, then starts its instance.
 * - `ready`: its instance takes calls.
 * - `ended`: its instance ended by itself; the leftovers are being removed.
 * - `retiring`: takes no more calls. It is removed when its calls are answered and its instance is stopped.
 */
export type SlotState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly instance: Instance }
  | { readonly kind: 'ended' }
  | { readonly kind: 'retiring'; readonly instance?: Instance };

/**
 * The place of one instance, from the decision to start it until nothing of it is left.
 *
 *     starting ──started──▶ ready ──ended by itself──▶ ended ──▶ removed, and replaced after a backoff
 *      │     └─────────────── could not start ─────────────────▶ removed, and replaced after a backoff
 *      └──── retire(), from any state ──▶ retiring ────────────▶ removed
 */
export class Slot {
  /** The number of calls that the instance is answering now. */
  inFlight = 0;
  /** When the time limit of the last of these calls ends, on the clock of `performance.now`. */
  busyUntil = 0;
  /** Resolves when nothing of the instance is left. */
  removed: Promise<void> = Promise.resolve();
  #state: SlotState = { kind: 'starting' };
  readonly #retirement = new AbortController();

  /** @param revision of the deployment that the instance runs */
  constructor(
    readonly id: string,
    readonly revision: string,
  ) {}

  get state(): SlotState {
    return this.#state;
  }

  /** The instance while it runs, also while the slot is retiring. */
  get instance(): Instance | undefined {
    return 'instance' in this.#state ? this.#state.instance : undefined;
  }

  get isReady(): boolean {
    return this.#state.kind === 'ready';
  }

  get isRetiring(): boolean {
    return this.#state.kind === 'retiring';
  }

  /** Aborts when the slot retires: ends its backoff and its start. */
  get retirement(): AbortSignal {
    return this.#retirement.signal;
  }

  markStarted(instance: Instance): void {
    this.#state = { kind: this.isRetiring ? 'retiring' : 'ready', instance };
  }

  /** The instance takes no calls from now on. */
  markEnded(): void {
    this.#state = { kind: this.isRetiring ? 'retiring' : 'ended' };
  }

  retire(): void {
    if (this.isRetiring) return;
    const { instance } = this;
    this.#state = { kind: 'retiring', ...(instance && { instance }) };
    this.#retirement.abort(new Error('The instance is no longer needed'));
  }
}

/** A call that has not ended this long after its time limit is not waited for. */
const overdueMs = 5_000;

/** How long to wait for the calls of a retiring instance: the time limit of its last call, and a margin. */
export const drainMs = ({ busyUntil }: Pick<Slot, 'busyUntil'>, now: number): number =>
  Math.max(0, busyUntil - now) + overdueMs;

/** The ready slot with the fewest calls; among equals, the first in the list. */
export function leastBusy(slots: readonly Slot[]): Slot | undefined {
  let found: Slot | undefined;
  for (const slot of slots) {
    if (slot.isReady && (!found || slot.inFlight < found.inFlight)) found = slot;
  }
  return found;
}
