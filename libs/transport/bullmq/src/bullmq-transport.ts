import type {
  DeadLetters,
  Depth,
  Durability,
  Handler,
  Message,
  SubscribeOptions,
  Subscription,
  Transport,
} from '@later/transport-contract';
import type { Redis } from 'ioredis';

import { Announcer } from './announcer.js';
import type { BullMqConnection } from './bullmq-connection.js';
import { BullMqDeadLetters } from './bullmq-dead-letters.js';
import { BullMqSubscription } from './bullmq-subscription.js';
import { within } from './deadline.js';
import { jobIdOf, queueKeys } from './keys.js';
import { Lanes } from './lanes.js';
import { MemoryReserve } from './memory-reserve.js';
import { Publisher } from './publisher.js';
import { measureDepth } from './queue-survey.js';
import { closeRedis } from './redis-connections.js';
import { closed, explained, transportName } from './redis-errors.js';
import { runScript } from './scripts.js';
import { WakeUpCalls } from './wake-up-calls.js';

const pingWithinMs = 2_000;

export interface BullMqTransportOptions {
  readonly connection: BullMqConnection;
  readonly durability: Durability;
  readonly publishTimeoutMs: number;
  /** Opens one more connection, for the first subscription. */
  readonly openAnother: () => Redis;
}

/** The transport contract on BullMQ and Redis. */
export class BullMqTransport implements Transport {
  readonly name = transportName;
  readonly durability: Durability;
  readonly #connection: BullMqConnection;
  readonly #openAnother: () => Redis;
  readonly #closing = new AbortController();
  readonly #lanes: Lanes;
  readonly #announcer: Announcer;
  readonly #publisher: Publisher;
  readonly #deadLetters: BullMqDeadLetters;
  #waking?: { readonly redis: Redis; readonly calls: WakeUpCalls };

  constructor({ connection, durability, publishTimeoutMs, openAnother }: BullMqTransportOptions) {
    this.durability = durability;
    this.#connection = connection;
    this.#openAnother = openAnother;
    this.#lanes = new Lanes(connection);
    this.#announcer = new Announcer(connection);
    this.#publisher = new Publisher({
      lanes: this.#lanes,
      announcer: this.#announcer,
      reserve: new MemoryReserve(connection.redis),
      timeoutMs: publishTimeoutMs,
      closing: this.#closing.signal,
    });
    this.#deadLetters = new BullMqDeadLetters(connection, this.#lanes);
  }

  get deadLetters(): DeadLetters {
    return this.#deadLetters;
  }

  publish(queue: string, message: Message): Promise<void> {
    return this.#publisher.publish(queue, message);
  }

  async subscribe(queue: string, handler: Handler, options: SubscribeOptions): Promise<Subscription> {
    if (this.#closing.signal.aborted) throw closed();
    const context = {
      connection: this.#connection,
      lanes: this.#lanes,
      announcer: this.#announcer,
      deadLetters: this.#deadLetters,
      wakeUpCalls: this.#wakeUpCalls(),
      closing: this.#closing.signal,
    };
    return new BullMqSubscription(context, queue, handler, options).start();
  }

  remove(queue: string, id: string): Promise<boolean> {
    const { lanes, lanePrefix } = queueKeys(queue);
    const args = [lanes, lanePrefix, jobIdOf(id)];
    return this.#ask(queue, async () => (await runScript(this.#connection.client, 'laterRemove', args)) === 1);
  }

  depth(queue: string): Promise<Depth> {
    return this.#ask(queue, () => measureDepth(this.#connection, queue));
  }

  async ping(): Promise<void> {
    await this.#ask('', () => within(pingWithinMs, this.#connection.redis.ping()));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const connections = [this.#connection.redis, ...(this.#waking ? [this.#waking.redis] : [])];
    await Promise.all(connections.map(closeRedis));
  }

  async #ask<T>(queue: string, question: () => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) throw closed();
    return explained(queue, question);
  }

  #wakeUpCalls(): WakeUpCalls {
    if (!this.#waking) {
      const redis = this.#openAnother();
      this.#waking = { redis, calls: new WakeUpCalls(redis) };
    }
    return this.#waking.calls;
  }
}
