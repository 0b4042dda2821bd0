import { MessageTooLargeError, type Message } from '@later/transport-contract';

import type { DatabaseClient } from './thread/database-client.js';

/** SQLite accepts no row over 1,000,000,000 bytes (SQLITE_MAX_LENGTH). */
const maxBodyBytes = 999_999_000;

/** Stores messages: a publish resolves once the message is committed. */
export class EmbeddedPublisher {
  readonly #database: DatabaseClient;

  constructor(database: DatabaseClient) {
    this.#database = database;
  }

  async publish(queue: string, { id, lane, body, notBefore }: Message): Promise<void> {
    if (body.byteLength > maxBodyBytes) {
      throw new MessageTooLargeError(body.byteLength, maxBodyBytes, 'Pass a reference to the data instead.');
    }
    // A copy: small buffers share one allocation, which would be sent whole; and the caller may reuse its buffer.
    await this.#database.request('publish', [queue, { id, lane, body: new Uint8Array(body), notBefore }]);
  }
}
