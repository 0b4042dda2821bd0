import { setTimeout as delay } from 'node:timers/promises';

import {
  Consumer,
  TransportClosedError,
  type Handler,
  type SubscribeOptions,
  type Subscription,
} from '@later/transport-contract';

import { LaneCapacity } from './lanes/lane-capacity.js';
import { EmbeddedLease } from './lease.js';
import type { DatabaseClient } from './thread/database-client.js';
import type { TakenMessage } from './wire.js';

/** How long to wait after the database failed, before the next take. */
const pauseMs = 250;

export interface SubscriptionContext {
  readonly database: DatabaseClient;
  readonly queue: string;
  readonly ackWaitMs: number;
}

/** `interrupt` ends the wait of a state at once. */
type State =
  | { readonly name: 'stopped'; readonly interrupt: () => void }
  | { readonly name: 'full'; readonly interrupt: () => void }
  | { readonly name: 'taking'; readonly interrupt: () => void; readonly limited: ReadonlyMap<string, number> }
  | { readonly name: 'paused'; readonly interrupt: () => void };

const stopped: State = { name: 'stopped', interrupt: () => undefined };

/** Delivers the messages of a queue to a handler until the subscription is drained. */
export async function startSubscription(
  context: SubscriptionContext,
  handler: Handler,
  options: SubscribeOptions,
): Promise<Subscription> {
  return new EmbeddedSubscription(context, handler, options);
}

/**
 * Takes as many messages as the consumer has capacity for, one take at a time.
 *
 *             a delivery ends
 *    full <--------------------> taking ----------> paused
 *             capacity is 0        ^    the database   |
 *      |                           |       failed      |
 *      |                           +----- 250 ms ------+
 *      |                           |                   |
 *      +---------- drain ----------+---- or close -----+------> stopped
 *
 * - `full`: waits until a delivery ends.
 * - `taking`: a take waits in the database thread until a message is ready. It is interrupted when a lane that was
 *   full has capacity again, because the thread does not know of that.
 * - `paused`: waits after a failure of the database.
 * - `stopped`: takes nothing.
 */
class EmbeddedSubscription implements Subscription {
  readonly #context: SubscriptionContext;
  readonly #capacityPerLane: number;
  readonly #consumer: Consumer;
  readonly #lanes: LaneCapacity;
  readonly #taking: Promise<void>;
  #state: State = stopped;
  #lastLane = '';

  constructor(context: SubscriptionContext, handler: Handler, options: SubscribeOptions) {
    this.#context = context;
    this.#capacityPerLane = options.maxInFlightPerLane ?? options.maxInFlight;
    this.#consumer = new Consumer({
      ...options,
      handler,
      ackWaitMs: context.ackWaitMs,
      onCapacity: () => this.#onCapacity(),
      onDrain: () => this.#stopTaking(),
    });
    this.#lanes = new LaneCapacity(this.#consumer, this.#capacityPerLane);
    this.#taking = this.#takeUntilStopped();
  }

  drain(graceMs: number): Promise<void> {
    return this.#consumer.drain(graceMs);
  }

  async #takeUntilStopped(): Promise<void> {
    while (!this.#consumer.draining) {
      try {
        if (this.#consumer.free > 0) await this.#take();
        else await this.#waitForCapacity();
      } catch (error) {
        if (error instanceof TransportClosedError || this.#consumer.draining) break;
        await this.#pause();
      }
    }
    this.#state = stopped;
  }

  async #take(): Promise<void> {
    const { database, queue, ackWaitMs } = this.#context;
    const abort = new AbortController();
    const limited = this.#lanes.listLimited();
    this.#state = { name: 'taking', interrupt: () => abort.abort(), limited };
    const taken = await database.take(
      {
        queue,
        ackWaitMs,
        capacity: this.#consumer.free,
        afterLane: this.#lastLane,
        capacityPerLane: this.#capacityPerLane,
        capacityByLane: limited,
      },
      abort.signal,
    );
    this.#lastLane = taken.at(-1)?.lane ?? this.#lastLane;
    if (this.#consumer.draining) await this.#giveBack(taken);
    else for (const message of taken) this.#hold(message);
  }

  async #waitForCapacity(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#state = { name: 'full', interrupt: resolve };
    await promise;
  }

  async #pause(): Promise<void> {
    const abort = new AbortController();
    this.#state = { name: 'paused', interrupt: () => abort.abort() };
    await delay(pauseMs, undefined, { signal: abort.signal }).catch(() => undefined);
  }

  #hold(message: TakenMessage): void {
    this.#lanes.noteHeld(message.lane);
    const { database, ackWaitMs } = this.#context;
    this.#consumer.hold(new EmbeddedLease(message, database, ackWaitMs));
  }

  /** Returns messages that arrived after the drain began. The ack wait frees those that cannot be returned. */
  async #giveBack(taken: readonly TakenMessage[]): Promise<void> {
    const { database } = this.#context;
    await Promise.allSettled(taken.map(({ seq, token }) => database.request('giveBack', [{ seq, token }])));
  }

  #onCapacity(): void {
    if (this.#state.name === 'full') this.#state.interrupt();
    else if (this.#state.name === 'taking' && this.#lanes.hasReopened(this.#state.limited)) this.#state.interrupt();
  }

  async #stopTaking(): Promise<void> {
    this.#state.interrupt();
    await this.#taking;
  }
}
