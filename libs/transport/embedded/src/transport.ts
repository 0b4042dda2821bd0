import type { Depth, Handler, Message, SubscribeOptions, Subscription, Transport } from '@later/transport-contract';

import { readDepth } from './depth.js';
import { publishMessage } from './publisher.js';
import { startSubscription } from './subscription.js';
import type { DatabaseClient } from './thread/database-client.js';

/** Queues in one SQLite file, see HOW_IT_WORKS.md. */
export class EmbeddedTransport implements Transport {
  readonly #database: DatabaseClient;
  readonly #ackWaitMs: number;

  constructor(database: DatabaseClient, ackWaitMs: number) {
    this.#database = database;
    this.#ackWaitMs = ackWaitMs;
  }

  publish(queue: string, message: Message): Promise<void> {
    return publishMessage(this.#database, queue, message);
  }

  async subscribe(queue: string, handler: Handler, options: SubscribeOptions): Promise<Subscription> {
    return startSubscription(this.#database, queue, { ...options, handler, ackWaitMs: this.#ackWaitMs });
  }

  remove(queue: string, id: string): Promise<boolean> {
    return this.#database.request('remove', [queue, id]);
  }

  depth(queue: string): Promise<Depth> {
    return readDepth(this.#database, queue);
  }
}
