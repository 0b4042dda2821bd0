import {
  MessageTooLargeError,
  type DeadLetters,
  type Depth,
  type Handler,
  type Message,
  type SubscribeOptions,
  type Subscription,
  type Transport,
} from '@later/transport-contract';

import type { DatabaseClient } from './database-client.js';
import { EmbeddedSubscription } from './embedded-subscription.js';

/** SQLite takes no row over 1,000,000,000 bytes (SQLITE_MAX_LENGTH). */
const maxBodyBytes = 999_999_000;

/** The contract says two seconds; the difference is for the answer to arrive. */
const pingTimeoutMs = 1_500;

/** Queues in one SQLite file, see HOW_IT_WORKS.md. */
export class EmbeddedTransport implements Transport {
  readonly name = 'embedded';
  readonly durability = 'power';
  readonly deadLetters: DeadLetters;
  readonly #database: DatabaseClient;
  readonly #ackWaitMs: number;

  constructor(database: DatabaseClient, ackWaitMs: number) {
    this.#database = database;
    this.#ackWaitMs = ackWaitMs;
    this.deadLetters = {
      list: (queue, { limit, after }) => database.request('listDeadLetters', [queue, limit, after]),
      read: (queue, id) => database.request('readDeadLetter', [queue, id]),
      redrive: (queue, id) => database.request('redriveDeadLetter', [queue, id]),
      delete: (queue, id) => database.request('deleteDeadLetter', [queue, id]),
    };
  }

  async publish(queue: string, { id, lane, body, notBefore }: Message): Promise<void> {
    if (body.byteLength > maxBodyBytes) {
      throw new MessageTooLargeError(body.byteLength, maxBodyBytes, 'Pass a reference to the data instead.');
    }
    // A copy: small buffers share one allocation, all of which would be sent; and the caller may write to it again.
    await this.#database.request('publish', [queue, { id, lane, body: new Uint8Array(body), notBefore }]);
  }

  async subscribe(queue: string, handler: Handler, options: SubscribeOptions): Promise<Subscription> {
    return new EmbeddedSubscription(this.#database, queue, { ...options, handler, ackWaitMs: this.#ackWaitMs });
  }

  remove(queue: string, id: string): Promise<boolean> {
    return this.#database.request('remove', [queue, id]);
  }

  depth(queue: string): Promise<Depth> {
    return this.#database.request('depth', [queue]);
  }

  ping(): Promise<void> {
    return this.#database.request('ping', [], pingTimeoutMs);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
