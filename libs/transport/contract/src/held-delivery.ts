import { setTimeout as delay } from 'node:timers/promises';

import { TransportUnavailableError } from './errors.js';
import type { Delivery, Message } from './message.js';
import { retry, type Outcome } from './outcome.js';
import type { Handler, SubscribeOptions } from './transport.js';

/** A handler that throws has a defect: the wait keeps it from failing in a tight loop. */
const afterDefectMs = 1_000;

/** How soon an outcome is stored again after the backend failed to store it. */
const settleAgainMs = 250;

/** How a consumer handles its deliveries. */
export interface Handling {
  readonly handler: Handler;
  /** How long the backend waits for a silent consumer before it delivers elsewhere, in ms. */
  readonly ackWaitMs: number;
  readonly onError?: SubscribeOptions['onError'];
}

/** The driver's hold on one message: a consumer keeps it or ends it. */
export interface Lease {
  readonly message: Message;
  readonly attempt: number;
  /** Keeps the message for another ack wait. False when the lease was lost; throws when that cannot be known. */
  extend(): Promise<boolean>;
  /** Stores the outcome; does nothing when the lease was lost. */
  settle(outcome: Outcome): Promise<void>;
}

/**
 * One delivery, from the moment a driver has the message until its outcome is stored.
 *
 *    running ---- the handler returned or threw, or giveBack() ----> settling ---- stored ----> ended
 *       |                                                               |                         ^
 *       +------------- extend() found that the lease was lost ----------+-------------------------+
 *
 * - `running`: the handler decides; a timer extends the lease.
 * - `settling`: the outcome is decided, and a later one is ignored.
 * - `ended`: the outcome is stored, or another consumer may have the message.
 */
export class HeldDelivery {
  readonly #lease: Lease;
  readonly #options: Handling;
  readonly #abort = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #state: 'running' | 'settling' | 'ended' = 'running';
  /** The end of the ack wait that the last successful `extend` began. */
  #leaseEndsAt: number;

  constructor(lease: Lease, options: Handling) {
    this.#lease = lease;
    this.#options = options;
    this.#leaseEndsAt = performance.now() + options.ackWaitMs;
  }

  get lane(): string {
    return this.#lease.message.lane;
  }

  /** Runs the handler and stores its outcome. Resolves when the delivery has ended. Rejects only when `onError` throws. */
  async run(): Promise<void> {
    void this.#decide()
      .then((outcome) => this.#settle(outcome))
      .catch(this.#ended.reject);
    await this.#ended.promise;
  }

  /** Extends the lease; called on a timer until the delivery has ended. Never rejects. */
  async extend(): Promise<void> {
    try {
      const startedAt = performance.now();
      if (await this.#lease.extend()) this.#leaseEndsAt = startedAt + this.#options.ackWaitMs;
      else this.#lose();
    } catch {
      // The backend is away: the delivery is ours until the ack wait has passed; after that, nobody can know.
      if (this.#leaseHasEnded) this.abort('its lease could not be kept');
    }
  }

  /** Asks the handler to stop: aborts the delivery's signal. */
  abort(why: string): void {
    this.#abort.abort(new Error(`Delivery of "${this.#lease.message.id}" ended: ${why}`));
  }

  /** Returns the message for delivery at once, and ignores what its handler decides later. Never rejects. */
  giveBack(): Promise<void> {
    return this.#settle(retry(0));
  }

  #lose(): void {
    this.abort('its lease was lost');
    this.#end();
  }

  #end(): void {
    this.#state = 'ended';
    this.#ended.resolve();
  }

  get #leaseHasEnded(): boolean {
    return performance.now() > this.#leaseEndsAt;
  }

  async #decide(): Promise<Outcome> {
    const delivery: Delivery = {
      ...this.#lease.message,
      attempt: this.#lease.attempt,
      signal: this.#abort.signal,
    };
    try {
      return await this.#options.handler(delivery);
    } catch (error) {
      this.#options.onError?.(error, delivery);
      return retry(afterDefectMs);
    }
  }

  async #settle(outcome: Outcome): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'settling';
    await this.#store(outcome);
    this.#end();
  }

  /** Tries until the backend stores the outcome, or until another consumer may have the message. */
  async #store(outcome: Outcome): Promise<void> {
    let reported = false;
    for (;;) {
      try {
        return await this.#lease.settle(outcome);
      } catch (error) {
        if (this.#leaseHasEnded) return this.#options.onError?.(error);
        // Readiness reports a backend that is away. Any other error would be retried unseen.
        if (!(error instanceof TransportUnavailableError) && !reported) this.#options.onError?.(error);
        reported = true;
        await delay(settleAgainMs);
      }
    }
  }
}
