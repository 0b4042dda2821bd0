import { setTimeout as delay } from 'node:timers/promises';

import {
  TransportClosedError,
  TransportError,
  type DeadLetters,
  type Depth,
  type Durability,
  type Handler,
  type Message,
  type SubscribeOptions,
  type Subscription,
  type Transport,
} from '@later/transport-contract';

import { Marks } from './marks.js';
import { NatsDeadLetters } from './nats-dead-letters.js';
import { unavailable } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import { NatsPublisher } from './nats-publisher.js';
import { NatsSubscription } from './nats-subscription.js';
import { QueuesInUse } from './queues-in-use.js';
import { readDepth } from './queue-depth.js';
import { removeMessage } from './remove-message.js';

/** How long a ping may take; the contract's figure. */
const pingTimeoutMs = 2_000;

export interface NatsTransportConfig {
  readonly url: string;
  readonly durability: Durability;
  readonly ackWaitMs: number;
  readonly publishTimeoutMs: number;
}

/** The transport contract on NATS JetStream. */
export class NatsTransport implements Transport {
  readonly name = 'nats';
  readonly durability: Durability;
  readonly deadLetters: DeadLetters;
  readonly #link: NatsLink;
  readonly #config: NatsTransportConfig;
  readonly #queues: QueuesInUse;
  readonly #publisher: NatsPublisher;
  readonly #subscriptions = new Set<Subscription>();
  #closed?: Promise<void>;

  constructor(link: NatsLink, config: NatsTransportConfig) {
    this.#link = link;
    this.#config = config;
    this.durability = config.durability;
    this.#queues = new QueuesInUse(link);
    this.#publisher = new NatsPublisher(link, this.#queues, config);
    const deadLetters = new NatsDeadLetters(link, this.#publisher);
    this.deadLetters = {
      list: (queue, page) => this.#reached(() => deadLetters.list(queue, page)),
      read: (queue, id) => this.#reached(() => deadLetters.read(queue, id)),
      redrive: (queue, id) => this.#reached(() => deadLetters.redrive(queue, id)),
      delete: (queue, id) => this.#reached(() => deadLetters.delete(queue, id)),
    };
  }

  publish(queue: string, message: Message): Promise<void> {
    return this.#reached(() => this.#publisher.publish(queue, message));
  }

  async subscribe(queue: string, handler: Handler, options: SubscribeOptions): Promise<Subscription> {
    const { ackWaitMs } = this.#config;
    const context = { link: this.#link, queue, marks: new Marks(this.#link, queue), ackWaitMs };
    const start = () => NatsSubscription.start(context, this.#queues, handler, options);
    const subscription = await this.#reached(start);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  remove(queue: string, id: string): Promise<boolean> {
    return this.#reached(() => removeMessage(this.#link, queue, id));
  }

  depth(queue: string): Promise<Depth> {
    return this.#reached(() => readDepth(this.#link, queue));
  }

  async ping(): Promise<void> {
    await this.#reached(async () => {
      if (this.#link.downForMs > 0) throw new Error('The connection is down');
      // JetStream's own answer: the server alone may be up without it.
      await this.#link.request('$JS.API.INFO', '', pingTimeoutMs);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    // Those that were drained already are done at once; a lost connection is not waited for.
    const drained = Promise.all([...this.#subscriptions].map((subscription) => subscription.drain(0)));
    await Promise.race([drained, delay(1_000, undefined, { ref: false })]);
    await this.#link.close();
  }

  /** What goes wrong on the way is the connection's fault, unless it has a better name already. */
  async #reached<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new TransportClosedError(this.name);
    try {
      return await work();
    } catch (error) {
      throw error instanceof TransportError ? error : unavailable(this.#config.url, error);
    }
  }
}
