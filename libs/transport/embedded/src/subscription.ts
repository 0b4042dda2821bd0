import { setTimeout as delay } from 'node:timers/promises';

import { Consumer, TransportClosedError, type ConsumerOptions, type Subscription } from '@later/transport-contract';

import { LaneCapacity } from './lanes/lane-capacity.js';
import { leaseOf } from './lease.js';
import type { DatabaseClient } from './thread/database-client.js';
import type { TakenMessage } from './wire.js';

type EmbeddedSubscribeOptions = Omit<ConsumerOptions, 'onCapacity' | 'onDrain'>;

/** How long to wait after the database failed, before the next take. */
const pauseMs = 250;

/** `interrupt` ends the wait of a state at once. */
type State =
  | { readonly name: 'stopped'; readonly interrupt: () => void }
  | { readonly name: 'full'; readonly interrupt: () => void }
  | { readonly name: 'taking'; readonly interrupt: () => void; readonly limited: ReadonlyMap<string, number> }
  | { readonly name: 'paused'; readonly interrupt: () => void };

const stopped: State = { name: 'stopped', interrupt: () => undefined };

/** Delivers the messages of a queue to a handler until the subscription is drained. */
export function startSubscription(
  database: DatabaseClient,
  queue: string,
  options: EmbeddedSubscribeOptions,
): Subscription {
  return new EmbeddedSubscription(database, queue, options);
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
  readonly #database: DatabaseClient;
  readonly #queue: string;
  readonly #options: EmbeddedSubscribeOptions;
  readonly #consumer: Consumer;
  readonly #lanes: LaneCapacity;
  readonly #taking: Promise<void>;
  #state: State = stopped;
  #lastLane = '';

  constructor(database: DatabaseClient, queue: string, options: EmbeddedSubscribeOptions) {
    this.#database = database;
    this.#queue = queue;
    this.#options = options;
    this.#consumer = new Consumer({
      ...options,
      onCapacity: () => this.#onCapacity(),
      onDrain: () => this.#stopTaking(),
    });
    this.#lanes = new LaneCapacity(this.#consumer, this.#capacityPerLane);
    this.#taking = this.#takeUntilStopped();
  }

  drain(graceMs: number): Promise<void> {
    return this.#consumer.drain(graceMs);
  }

  get #capacityPerLane(): number {
    return this.#options.maxInFlightPerLane ?? this.#options.maxInFlight;
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
    const abort = new AbortController();
    const limited = this.#lanes.listLimited();
    this.#state = { name: 'taking', interrupt: () => abort.abort(), limited };
    const taken = await this.#database.take(
      {
        queue: this.#queue,
        ackWaitMs: this.#options.ackWaitMs,
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
    this.#consumer.hold(leaseOf(this.#database, message, this.#options.ackWaitMs));
  }

  /** Returns messages that arrived after the drain began. The ack wait frees those that cannot be returned. */
  async #giveBack(taken: readonly TakenMessage[]): Promise<void> {
    await Promise.allSettled(taken.map(({ seq, token }) => this.#database.request('giveBack', [{ seq, token }])));
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
