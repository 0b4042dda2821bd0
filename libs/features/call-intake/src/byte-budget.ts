import { clearInterval, clearTimeout, setInterval, setTimeout as startTimer } from 'node:timers';

/** More is held than may be, and it did not become less in time; or this one was too slow while others waited. */
export class BudgetSpentError extends Error {
  readonly code = 'BUDGET_SPENT';
}

/** As long as a client waits for an answer that tells it to come back, in ms. */
const patienceMs = 2_000;

/** Who is still coming in after this long makes room for those who wait, before their patience ends. In ms. */
const slowAfterMs = 1_500;
const lookEveryMs = 100;

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** What some work may hold. Until it is `kept`, others who wait may have it taken back. */
export class Held {
  readonly since = performance.now();
  #taking?: AbortController;
  readonly #kept: (held: Held) => void;

  constructor(
    readonly bytes: number,
    kept: (held: Held) => void,
  ) {
    this.#kept = kept;
  }

  /** Aborts, with a BudgetSpentError, when it is taken back. Made when asked for: most calls have come in by then. */
  get takenBack(): AbortSignal {
    this.#taking ??= new AbortController();
    return this.#taking.signal;
  }

  /** All has come in: what is left to do depends on no client any more. */
  keep(): void {
    this.#kept(this);
  }

  takeBack(): void {
    this.#taking?.abort(new BudgetSpentError('it came in slowly while others waited'));
  }
}

/**
 * How many bytes may be taken in at once, from the first that is received until all is stored; who would be over waits
 * its turn, unread. A body exists several times over on its way through a driver, so that without this a burst of large
 * calls costs a multiple of its size. Clients that send slowly hold up nobody: they make room for those who wait
 * (ADR 18).
 */
export class ByteBudget {
  #free: number;
  /** In the order in which they came: a big one is not overtaken for ever. */
  readonly #waiting = new Set<Waiting>();
  /** What may be taken back, oldest first. */
  readonly #comingIn = new Set<Held>();
  #looking?: NodeJS.Timeout;

  constructor(totalBytes: number) {
    this.#free = totalBytes;
  }

  /**
   * Does some work with so many bytes, once they may be held.
   * @param bytes no more than the total
   * @throws BudgetSpentError when its turn does not come in time: nothing was done
   */
  async holding<T>(bytes: number, work: (held: Held) => Promise<T>): Promise<T> {
    if (this.#waiting.size === 0 && bytes <= this.#free) this.#free -= bytes;
    else await this.#turn(bytes);
    const held = new Held(bytes, this.#kept);
    this.#comingIn.add(held);
    try {
      return await work(held);
    } finally {
      this.#comingIn.delete(held);
      this.#free += bytes;
      this.#admitNext();
    }
  }

  readonly #kept = (held: Held): void => void this.#comingIn.delete(held);

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
    this.#looking ??= setInterval(() => this.#makeRoom(), lookEveryMs);
    return promise;
  }

  #admitNext(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#free) return;
      this.#waiting.delete(waiting);
      this.#free -= waiting.bytes;
      waiting.admit();
    }
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  /** Takes back what is slow, as far as the next in turn needs it. */
  #makeRoom(): void {
    const [next] = this.#waiting;
    let missing = (next?.bytes ?? 0) - this.#free;
    const slowSince = performance.now() - slowAfterMs;
    for (const held of this.#comingIn) {
      if (missing <= 0 || held.since > slowSince) return;
      missing -= held.bytes;
      this.#comingIn.delete(held);
      held.takeBack();
    }
  }
}
