import { setTimeout as delay } from 'node:timers/promises';

import { HeldDelivery, type Handling, type Lease } from './held-delivery.js';
import type { SubscribeOptions, Subscription } from './transport.js';

/** How long a handler has, once its signal aborts, to return before its delivery is given back over its head. */
const lastCallMs = 500;

/** How many more deliveries may be held now: of all lanes together, and of one. */
export interface Capacity {
  readonly free: number;
  freeFor(lane: string): number;
}

export interface ConsumerOptions extends SubscribeOptions, Handling {
  /** Called whenever there may be capacity for another delivery: the driver takes then, and only as many as `free`. */
  readonly onCapacity: () => void;
  /** Called first when draining: the driver stops asking its backend for more. */
  readonly onDrain?: () => void | Promise<void>;
}

/**
 * What every driver's subscription does in the same way: counts what is held, in all and by lane, keeps it alive, runs
 * the handler, stores the outcome, drains. A driver takes a message from its backend only while `free` and `freeFor`
 * are above zero, and passes it to `hold`.
 */
export class Consumer implements Subscription, Capacity {
  readonly #options: ConsumerOptions;
  readonly #held = new Set<HeldDelivery>();
  readonly #heldByLane = new Map<string, number>();
  readonly #keepAlive: NodeJS.Timeout;
  #drained?: Promise<void>;
  #whenEmpty?: () => void;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    // A third of the ack wait: two lost keep-alives must not cost us the delivery.
    this.#keepAlive = setInterval(() => this.#extendAll(), options.ackWaitMs / 3).unref();
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

  /** Takes over a message that the driver got from its backend. Returns at once. */
  hold(lease: Lease): void {
    const held = new HeldDelivery(lease, this.#options);
    this.#held.add(held);
    this.#count(lease.message.lane, 1);
    void held.run().finally(() => this.#letGo(held));
  }

  drain(graceMs: number): Promise<void> {
    this.#drained ??= this.#drain(graceMs);
    return this.#drained;
  }

  async #drain(graceMs: number): Promise<void> {
    await this.#options.onDrain?.();
    if (!(await this.#emptyWithin(graceMs))) {
      for (const held of this.#held) held.abort('draining past its grace');
      if (!(await this.#emptyWithin(lastCallMs))) {
        await Promise.all([...this.#held].map((held) => held.giveBack()));
      }
    }
    clearInterval(this.#keepAlive);
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

  #letGo(held: HeldDelivery): void {
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
