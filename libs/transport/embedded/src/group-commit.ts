import type { DatabaseSync } from 'node:sqlite';

import type { Answer, Operations, Request } from './protocol.js';
import { failureOf, isBusy } from './sqlite-errors.js';

/** Runs requests that came together in one transaction, so that they share the one fsync of its commit. */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #operations: Operations;

  constructor(database: DatabaseSync, operations: Operations) {
    this.#database = database;
    this.#operations = operations;
  }

  read(request: Request): Answer {
    try {
      return this.#run(request);
    } catch (error) {
      return failed(request, error);
    }
  }

  /** The answers, given only once the commit is on disk. Undefined, and nothing done, while another process writes. */
  write(requests: readonly Request[]): readonly Answer[] | undefined {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
    } catch (error) {
      return isBusy(error) ? undefined : requests.map((request) => failed(request, error));
    }
    let answers: readonly Answer[];
    try {
      answers = requests.map((request) => this.#run(request));
    } catch (error) {
      this.#rollBack();
      return this.#writeOneByOne(requests, error);
    }
    try {
      this.#database.exec('COMMIT');
      return answers;
    } catch (error) {
      this.#rollBack();
      return requests.map((request) => failed(request, error));
    }
  }

  /** One of them cannot be done, e.g. its body is too large for the disk: the others must not fail with it. */
  #writeOneByOne(requests: readonly Request[], error: unknown): readonly Answer[] {
    if (requests.length === 1) return requests.map((request) => failed(request, error));
    return requests.flatMap((request) => this.write([request]) ?? [failed(request, error)]);
  }

  #run({ number, name, args }: Request): Answer {
    // The client's `request` checked the arguments against the name.
    const operation = this.#operations[name] as (...args: readonly unknown[]) => unknown;
    return { number, value: operation(...args) };
  }

  #rollBack(): void {
    // SQLite has rolled back by itself after some errors.
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }
}

/** The answer to a request that could not be done. */
export function failed({ number }: Pick<Request, 'number'>, error: unknown): Answer {
  return { number, failure: failureOf(error), message: error instanceof Error ? error.message : String(error) };
}
