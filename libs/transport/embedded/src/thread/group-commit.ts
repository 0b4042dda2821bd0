import type { DatabaseSync } from 'node:sqlite';

import { failedReply, isBusy } from '../errors.js';
import type { Operations, ThreadReply, ThreadRequest } from '../wire.js';

/** Runs a group of requests in one transaction, so that they share the one fsync of its commit. */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #operations: Operations;

  constructor(database: DatabaseSync, operations: Operations) {
    this.#database = database;
    this.#operations = operations;
  }

  read(request: ThreadRequest): ThreadReply {
    try {
      return this.#run(request);
    } catch (error) {
      return failedReply(request.number, error);
    }
  }

  /** Returns the replies once the commit is on disk. Changes nothing and returns undefined while another process writes. */
  write(requests: readonly ThreadRequest[]): readonly ThreadReply[] | undefined {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
    } catch (error) {
      return isBusy(error) ? undefined : failAll(requests, error);
    }
    let replies: readonly ThreadReply[];
    try {
      replies = requests.map((request) => this.#run(request));
    } catch (error) {
      this.#rollBack();
      return this.#writeOneByOne(requests, error);
    }
    try {
      this.#database.exec('COMMIT');
      return replies;
    } catch (error) {
      this.#rollBack();
      return failAll(requests, error);
    }
  }

  /** One request failed, e.g. its body is too large for the disk. The others must not fail with it. */
  #writeOneByOne(requests: readonly ThreadRequest[], error: unknown): readonly ThreadReply[] {
    if (requests.length === 1) return failAll(requests, error);
    return requests.flatMap((request) => this.write([request]) ?? [failedReply(request.number, error)]);
  }

  #run({ number, name, args }: ThreadRequest): ThreadReply {
    // The client's `request` checked the arguments against the name.
    const operation = this.#operations[name] as (...args: readonly unknown[]) => unknown;
    return { number, value: operation(...args) };
  }

  #rollBack(): void {
    // SQLite has rolled back by itself after some errors.
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }
}

function failAll(requests: readonly ThreadRequest[], error: unknown): readonly ThreadReply[] {
  return requests.map(({ number }) => failedReply(number, error));
}
