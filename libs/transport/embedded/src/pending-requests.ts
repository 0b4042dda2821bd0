import { dirname } from 'node:path';

import { QueueFullError, TransportUnavailableError } from '@later/transport-contract';

import { monotonicMs, openingNumber, type Answer, type Request } from './protocol.js';

/** How late a deadline may be noticed. */
const sweepEveryMs = 250;

/** A request, or the opening of the database, which has a number and a deadline only. */
export type Asked = Pick<Request, 'number' | 'deadline'> & Partial<Pick<Request, 'name' | 'args'>>;

interface Pending {
  readonly asked: Asked;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What the database thread was asked and has not answered yet, and what its answers mean to whoever asked. */
export class PendingRequests {
  readonly #dataDir: string;
  readonly #pending = new Map<number, Pending>();
  readonly #sweep: NodeJS.Timeout;

  constructor(databasePath: string) {
    this.#dataDir = dirname(databasePath);
    // The thread minds the deadlines as well: this is for the day when it is stuck.
    this.#sweep = setInterval(() => this.#failLate(), sweepEveryMs).unref();
  }

  /** Settles when the answer comes, or at the deadline. */
  add(asked: Asked): Promise<unknown> {
    return new Promise((resolve, reject) => this.#pending.set(asked.number, { asked, resolve, reject }));
  }

  answer(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const pending = this.#take(answer.number);
      if (!pending) continue;
      if ('value' in answer) pending.resolve(answer.value);
      else pending.reject(this.#errorOf(answer, pending.asked));
    }
  }

  failAll(error: Error): void {
    for (const number of this.#pending.keys()) this.#take(number)?.reject(error);
  }

  /** Fails what is left; nothing may be added after. */
  close(error: Error): void {
    clearInterval(this.#sweep);
    this.failAll(error);
  }

  unavailable(why: string, options?: ErrorOptions): TransportUnavailableError {
    return new TransportUnavailableError('embedded', `Look at DATA_DIR (${this.#dataDir}): ${why}.`, options);
  }

  #errorOf({ failure, message }: Extract<Answer, { failure: unknown }>, { number, name, args }: Asked): Error {
    if (failure === 'defect' && number !== openingNumber) return new Error(message);
    if (failure === 'full' && name === 'publish') {
      const [queue] = args as Request<'publish'>['args'];
      return new QueueFullError(queue, `Make room on the disk of DATA_DIR (${this.#dataDir}): ${message}.`);
    }
    return this.unavailable(message);
  }

  #failLate(): void {
    const now = monotonicMs();
    for (const [number, { asked }] of this.#pending) {
      if (asked.deadline < now) this.#take(number)?.reject(this.unavailable('its database does not answer'));
    }
  }

  #take(number: number): Pending | undefined {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    return pending;
  }
}
