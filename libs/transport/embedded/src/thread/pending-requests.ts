import { databaseUnavailable, requestError } from '../errors.js';
import { monotonicMs, type ThreadReply, type ThreadRequest } from '../wire.js';

/** How late a passed deadline may be noticed. */
const sweepEveryMs = 250;

/** A request, or the opening of the database, which has only a number and a deadline. */
export type PendingRequest = Pick<ThreadRequest, 'number' | 'deadline'> & Partial<Pick<ThreadRequest, 'name' | 'args'>>;

interface Pending {
  readonly request: PendingRequest;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The requests that the database thread has not replied to yet. */
export class PendingRequests {
  readonly #dataDir: string;
  readonly #pending = new Map<number, Pending>();
  readonly #sweep: NodeJS.Timeout;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    // The thread checks the deadlines, too. This check is for a thread that is stuck.
    this.#sweep = setInterval(() => this.#failLate(), sweepEveryMs).unref();
  }

  /** Settles with the reply, or rejects at the deadline. */
  add(request: PendingRequest): Promise<unknown> {
    return new Promise((resolve, reject) => this.#pending.set(request.number, { request, resolve, reject }));
  }

  settle(replies: readonly ThreadReply[]): void {
    for (const reply of replies) {
      const pending = this.#take(reply.number);
      if (!pending) continue;
      if ('value' in reply) pending.resolve(reply.value);
      else pending.reject(requestError(reply, pending.request, this.#dataDir));
    }
  }

  failAll(error: Error): void {
    for (const number of this.#pending.keys()) this.#take(number)?.reject(error);
  }

  /** Rejects every pending request; no request may be added after. */
  close(error: Error): void {
    clearInterval(this.#sweep);
    this.failAll(error);
  }

  #failLate(): void {
    const now = monotonicMs();
    for (const [number, { request }] of this.#pending) {
      if (request.deadline >= now) continue;
      this.#take(number)?.reject(databaseUnavailable(this.#dataDir, 'its database does not answer'));
    }
  }

  #take(number: number): Pending | undefined {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    return pending;
  }
}
