import { setTimeout as delay } from 'node:timers/promises';

import { Consumer, TransportClosedError, type ConsumerOptions, type Subscription } from '@later/transport-contract';

import type { DatabaseClient } from './database-client.js';
import { leaseOf } from './embedded-lease.js';
import { LaneRoom } from './lane-room.js';
import type { TakenMessage } from './protocol.js';

/** How soon to ask again after the database failed to answer. */
const askAgainMs = 250;

/**
 * Asks the database thread for as much as there is room for, one ask at a time. An ask that finds nothing stays with
 * the thread until there is something; it is called back when a lane that was full has room again, and when draining.
 */
export class EmbeddedSubscription implements Subscription {
  readonly #database: DatabaseClient;
  readonly #queue: string;
  readonly #options: Omit<ConsumerOptions, 'onCapacity'>;
  readonly #consumer: Consumer;
  readonly #lanes: LaneRoom;
  readonly #taking: Promise<void>;
  #ask = new AbortController();
  #limited: ReadonlyMap<string, number> = new Map();
  #roomChanged = Promise.withResolvers<void>();
  #lastLane = '';

  constructor(database: DatabaseClient, queue: string, options: Omit<ConsumerOptions, 'onCapacity'>) {
    this.#database = database;
    this.#queue = queue;
    this.#options = options;
    this.#consumer = new Consumer({
      ...options,
      onCapacity: () => this.#onCapacity(),
      onDrain: () => this.#stopTaking(),
    });
    this.#lanes = new LaneRoom(this.#consumer, this.#roomPerLane);
    this.#taking = this.#takeUntilDrained();
  }

  drain(graceMs: number): Promise<void> {
    return this.#consumer.drain(graceMs);
  }

  get #roomPerLane(): number {
    return this.#options.maxInFlightPerLane ?? this.#options.maxInFlight;
  }

  async #takeUntilDrained(): Promise<void> {
    while (!this.#consumer.draining) {
      this.#roomChanged = Promise.withResolvers();
      try {
        if (this.#consumer.free > 0) await this.#take();
        else await this.#roomChanged.promise;
      } catch (error) {
        if (error instanceof TransportClosedError) return;
        await delay(askAgainMs, undefined, { signal: this.#ask.signal }).catch(() => undefined);
      }
    }
  }

  async #take(): Promise<void> {
    this.#limited = this.#lanes.limited();
    this.#ask = new AbortController();
    const wanted = {
      queue: this.#queue,
      ackWaitMs: this.#options.ackWaitMs,
      room: this.#consumer.free,
      afterLane: this.#lastLane,
      roomPerLane: this.#roomPerLane,
      roomByLane: this.#limited,
    };
    const taken = await this.#database.take([wanted], this.#ask.signal);
    this.#lastLane = taken.at(-1)?.lane ?? this.#lastLane;
    if (this.#consumer.draining) await this.#giveBack(taken);
    else for (const message of taken) this.#hold(message);
  }

  #hold(message: TakenMessage): void {
    this.#lanes.note(message.lane);
    this.#consumer.hold(leaseOf(this.#database, message, this.#options.ackWaitMs));
  }

  /** They came too late to be started. Those that cannot be given back come free after the ack wait. */
  async #giveBack(taken: readonly TakenMessage[]): Promise<void> {
    await Promise.allSettled(taken.map(({ seq, token }) => this.#database.request('giveBack', [{ seq, token }])));
  }

  #onCapacity(): void {
    this.#roomChanged.resolve();
    if (this.#lanes.hasReopened(this.#limited)) this.#ask.abort();
  }

  async #stopTaking(): Promise<void> {
    this.#ask.abort();
    this.#roomChanged.resolve();
    await this.#taking;
  }
}
