import { setTimeout as delay } from 'node:timers/promises';

import { HeldDelivery, type Handling, type Lease } from './held-delivery.js';
import type { SubscribeOptions, Subscription } from './transport.js';

/** How long a handler has to return after its signal aborts, before its delivery is given back without its outcome. */
const abortGraceMs = 500;

/** How many more deliveries a consumer may hold now: of all lanes together, and of one lane. */
export interface Capacity {
  readonly free: number;
  freeFor(lane: string): number;
}

export interface ConsumerOptions extends SubscribeOptions, Handling {
  /** Called when a delivery has ended and another may be held: the driver may then take up to `free` messages. */
  readonly onCapacity: () => void;
  /** Called first when draining: the driver stops taking messages. */
  readonly onDrain?: () => void | Promise<void>;
}

/**
 * The part of a subscription that is the same in every driver: counts the held deliveries, in all and by lane, extends
 * their leases, runs the handler, stores the outcome, drains. A driver takes a message from its backend only while
 * `free` and `freeFor` are above zero, and passes it to `hold`.
 *
 *    consuming ---- drain() ----> draining ---- nothing is held ----> drained
 */
export class Consumer implements Subscription, Capacity {
  readonly #options: ConsumerOptions;
  readonly #held = new Set<HeldDelivery>();
  readonly #heldByLane = new Map<string, number>();
  readonly #extending: NodeJS.Timeout;
  /** Undefined while consuming. */
  #drained?: Promise<void>;
  #whenEmpty?: () => void;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    // A third of the ack wait: two failed extensions must not lose the delivery.
    this.#extending = setInterval(() => this.#extendAll(), options.ackWaitMs / 3).unref();
  }

  get draining(): boolean {
    return this.#drained !== undefined;
  }

  /** How many more deliveries may be held now; 0 once draining. */
  get free(): number {
    return this.draining ? 0 : this.#options.maxInFlight - this.#held.size;
  }

  /** How many more of this lane may be held now. */
  freeFor(lane: string): number {
    const perLane = this.#options.maxInFlightPerLane ?? this.#options.maxInFlight;
    return Math.min(this.free, perLane - (this.#heldByLane.get(lane) ?? 0));
  }

  /** Starts the handler for a message that the driver took from its backend. Returns at once. */
  hold(lease: Lease): void {
    const held = new HeldDelivery(lease, this.#options);
    this.#held.add(held);
    this.#count(lease.message.lane, 1);
    void held.run().finally(() => this.#release(held));
  }

  drain(graceMs: number): Promise<void> {
    this.#drained ??= this.#drain(graceMs);
    return this.#drained;
  }

  async #drain(graceMs: number): Promise<void> {
    await this.#options.onDrain?.();
    if (!(await this.#emptyWithin(graceMs))) {
      for (const held of this.#held) held.abort('draining past its grace');
      if (!(await this.#emptyWithin(abortGraceMs))) {
        await Promise.all([...this.#held].map((held) => held.giveBack()));
      }
    }
    clearInterval(this.#extending);
  }

  async #emptyWithin(ms: number): Promise<boolean> {
    if (this.#held.size === 0) return true;
    const enough = new AbortController();
    const empty = new Promise<void>((resolve) => (this.#whenEmpty = resolve)).then(() => enough.abort());
    await Promise.race([empty, delay(ms, undefined, { signal: enough.signal }).catch(() => undefined)]);
    return this.#held.size === 0;
  }

  #extendAll(): void {
    for (const held of this.#held) void held.extend();
  }

  #release(held: HeldDelivery): void {
    this.#held.delete(held);
    this.#count(held.lane, -1);
    if (this.#held.size === 0) this.#whenEmpty?.();
    if (!this.draining) this.#options.onCapacity();
  }

  #count(lane: string, change: 1 | -1): void {
    const count = (this.#heldByLane.get(lane) ?? 0) + change;
    if (count > 0) this.#heldByLane.set(lane, count);
    else this.#heldByLane.delete(lane);
  }
}
