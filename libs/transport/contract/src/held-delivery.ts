import { setTimeout as delay } from 'node:timers/promises';

import { TransportUnavailableError } from './errors.js';
import type { Delivery, Message } from './message.js';
import { retry, type Outcome } from './outcome.js';
import type { Handler, SubscribeOptions } from './transport.js';

/** A handler that throws has a defect; a second keeps it from spinning. */
const afterDefectMs = 1_000;

/** How soon an outcome that the backend did not take is offered again. */
const settleAgainMs = 250;

/** How deliveries are handled, whichever they are. */
export interface Handling {
  readonly handler: Handler;
  /** How long the backend waits for a silent consumer before it delivers elsewhere, in ms. */
  readonly ackWaitMs: number;
  readonly onError?: SubscribeOptions['onError'];
}

/** One message as a driver holds it for a consumer, and what can be done with it. */
export interface Lease {
  readonly message: Message;
  readonly attempt: number;
  /** Keeps it for another ack wait. False when it is no longer ours; throws when that cannot be known. */
  extend(): Promise<boolean>;
  /** Stores the outcome; does nothing when the lease is no longer ours. */
  settle(outcome: Outcome): Promise<void>;
}

/**
 * The life of one delivery: held -> (handler) -> decided -> settled, or, from anywhere before `decided`, lost (another
 * consumer may have it) or given back (drained past the grace). Only the first of these to happen counts.
 */
export class HeldDelivery {
  readonly #lease: Lease;
  readonly #options: Handling;
  readonly #abort = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #decided = false;
  #surelyOursUntil: number;

  constructor(lease: Lease, options: Handling) {
    this.#lease = lease;
    this.#options = options;
    this.#surelyOursUntil = performance.now() + options.ackWaitMs;
  }

  get lane(): string {
    return this.#lease.message.lane;
  }

  /** Resolves when the outcome is stored, or someone else has the message. Never rejects. */
  async run(): Promise<void> {
    await Promise.race([this.#decideAndSettle(), this.#ended.promise]);
  }

  /** Called on a timer for as long as it is held. Never rejects. */
  async extend(): Promise<void> {
    try {
      const asked = performance.now();
      if (await this.#lease.extend()) this.#surelyOursUntil = asked + this.#options.ackWaitMs;
      else this.#lose('its lease was lost');
    } catch {
      // The backend is away: it is ours until the ack wait has passed, and nobody's to know after that.
      if (performance.now() > this.#surelyOursUntil) this.abort('its lease could not be kept');
    }
  }

  abort(why: string): void {
    this.#abort.abort(new Error(`Delivery of "${this.#lease.message.id}" ended: ${why}`));
  }

  /** Hands it back for delivery at once, whatever its handler may still say. Never rejects. */
  async giveBack(): Promise<void> {
    if (this.#decided) return;
    this.#decided = true;
    await this.#settle(retry(0));
    this.#ended.resolve();
  }

  #lose(why: string): void {
    this.#decided = true;
    this.abort(why);
    this.#ended.resolve();
  }

  async #decideAndSettle(): Promise<void> {
    const outcome = await this.#decide();
    if (this.#decided) return;
    this.#decided = true;
    await this.#settle(outcome);
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

  /** Offers the outcome until the backend takes it or the message may be somebody else's. */
  async #settle(outcome: Outcome): Promise<void> {
    let reported = false;
    for (;;) {
      try {
        return await this.#lease.settle(outcome);
      } catch (error) {
        if (performance.now() > this.#surelyOursUntil) return this.#options.onError?.(error);
        // A backend that is away is no news to anyone; anything else would go on unseen.
        if (!(error instanceof TransportUnavailableError) && !reported) this.#options.onError?.(error);
        reported = true;
        await delay(settleAgainMs);
      }
    }
  }
}
