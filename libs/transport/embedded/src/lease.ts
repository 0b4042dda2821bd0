import type { Lease, Message, Outcome } from '@later/transport-contract';

import type { DatabaseClient } from './thread/database-client.js';
import type { LeaseKey, TakenMessage } from './wire.js';

/** A taken message. Only the holder of its token may extend or settle it. */
export class EmbeddedLease implements Lease {
  readonly message: Message;
  readonly attempt: number;
  readonly #key: LeaseKey;
  readonly #database: DatabaseClient;
  readonly #ackWaitMs: number;

  constructor({ seq, token, attempt, ...message }: TakenMessage, database: DatabaseClient, ackWaitMs: number) {
    this.message = message;
    this.attempt = attempt;
    this.#key = { seq, token };
    this.#database = database;
    this.#ackWaitMs = ackWaitMs;
  }

  extend(): Promise<boolean> {
    return this.#database.request('extend', [this.#key, this.#ackWaitMs]);
  }

  settle(outcome: Outcome): Promise<void> {
    return this.#database.request('settle', [this.#key, outcome]);
  }
}
