import type { DeadLetter, DeadLetterPage, DeadLetters } from '@later/transport-contract';

import type { DatabaseClient } from './thread/database-client.js';

/** Dead letters are rows of the same table, in the state `dead`. */
export class EmbeddedDeadLetters implements DeadLetters {
  readonly #database: DatabaseClient;

  constructor(database: DatabaseClient) {
    this.#database = database;
  }

  list(queue: string, { limit, after }: { readonly limit: number; readonly after?: string }): Promise<DeadLetterPage> {
    return this.#database.request('listDeadLetters', [queue, limit, after]);
  }

  read(queue: string, id: string): Promise<DeadLetter | undefined> {
    return this.#database.request('readDeadLetter', [queue, id]);
  }

  redrive(queue: string, id: string): Promise<boolean> {
    return this.#database.request('redriveDeadLetter', [queue, id]);
  }

  delete(queue: string, id: string): Promise<boolean> {
    return this.#database.request('deleteDeadLetter', [queue, id]);
  }
}
