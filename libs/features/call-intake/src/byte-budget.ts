import { clearTimeout, setTimeout as startTimer } from 'node:timers';

/** More is held than may be, and it did not become less in time. */
export class BudgetSpentError extends Error {
  readonly code = 'BUDGET_SPENT';
}

/** As long as a client waits for an answer that tells it to come back, in ms. */
const patienceMs = 2_000;

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/**
 * How many bytes may be worked on at once; who would be over waits its turn. What is stored exists several times over on
 * its way through a driver, so that without it a burst of large calls costs a multiple of their size.
 */
export class ByteBudget {
  #free: number;
  /** In the order in which they came: a big one is not overtaken for ever. */
  readonly #waiting = new Set<Waiting>();

  constructor(totalBytes: number) {
    this.#free = totalBytes;
  }

  /**
   * Does some work with so many bytes, once they may be held.
   * @param bytes no more than the total
   * @throws BudgetSpentError when its turn does not come in time: nothing was done
   */
  async holding<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.size === 0 && bytes <= this.#free) this.#free -= bytes;
    else await this.#turn(bytes);
    try {
      return await work();
    } finally {
      this.#free += bytes;
      this.#admitNext();
    }
  }

  #turn(bytes: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = {
      bytes,
      admit: () => {
        clearTimeout(timer);
        resolve();
      },
    };
    const timer = startTimer(() => {
      this.#waiting.delete(waiting);
      reject(new BudgetSpentError('too many calls are being accepted at once'));
      this.#admitNext();
    }, patienceMs);
    this.#waiting.add(waiting);
    return promise;
  }

  #admitNext(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#free) return;
      this.#waiting.delete(waiting);
      this.#free -= waiting.bytes;
      waiting.admit();
    }
  }
}
