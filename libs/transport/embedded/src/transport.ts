import type { Depth, Handler, Message, SubscribeOptions, Subscription, Transport } from '@later/transport-contract';

import { readDepth } from './depth.js';
import { EmbeddedPublisher } from './publisher.js';
import { startSubscription } from './subscription.js';
import type { DatabaseClient } from './thread/database-client.js';

/** Queues in one SQLite file, see HOW_IT_WORKS.md. */
export class EmbeddedTransport implements Transport {
  readonly #database: DatabaseClient;
  readonly #publisher: EmbeddedPublisher;
  readonly #ackWaitMs: number;

  constructor(database: DatabaseClient, ackWaitMs: number) {
    this.#database = database;
    this.#publisher = new EmbeddedPublisher(database);
    this.#ackWaitMs = ackWaitMs;
  }

  publish(queue: string, message: Message): Promise<void> {
    return this.#publisher.publish(queue, message);
  }

  subscribe(queue: string, handler: Handler, options: SubscribeOptions): Promise<Subscription> {
    const context = { database: this.#database, queue, ackWaitMs: this.#ackWaitMs };
    return startSubscription(context, handler, options);
  }

  remove(queue: string, id: string): Promise<boolean> {
    return this.#database.request('remove', [queue, id]);
  }

  depth(queue: string): Promise<Depth> {
    return readDepth(this.#database, queue);
  }
}
