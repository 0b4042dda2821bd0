import { clearInterval, clearTimeout, setInterval, setTimeout as startTimer } from 'node:timers';

/** The memory for incoming calls is full and did not become free in time, or a slow call lost its share to others. */
export class IntakeFullError extends Error {
  readonly code = 'BUDGET_SPENT';
}

/** The longest wait for memory, in ms: a client accepts this delay before an answer that asks it to try again. */
const maxWaitMs = 2_000;

/** After this time an incomplete body may lose its memory to the calls that wait, before their wait ends. In ms. */
const slowAfterMs = 1_500;
const checkEveryMs = 100;

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** The memory of one call. Until its body is complete, it may be revoked for calls that wait. */
export class Reservation {
  readonly since = performance.now();
  #revoking?: AbortController;
  readonly #onComplete: (reservation: Reservation) => void;

  constructor(
    readonly bytes: number,
    onComplete: (reservation: Reservation) => void,
  ) {
    this.#onComplete = onComplete;
  }

  /** Aborts with an IntakeFullError on revocation. Made on first use: most calls are complete before they need it. */
  get revoked(): AbortSignal {
    this.#revoking ??= new AbortController();
    return this.#revoking.signal;
  }

  /** Marks the body as complete: the rest of the work depends on no client. */
  markComplete(): void {
    this.#onComplete(this);
  }

  revoke(): void {
    this.#revoking?.abort(new IntakeFullError('it came in slowly while others waited'));
  }
}

/**
 * Limits the bytes of calls that the gateway holds at once, from the first received byte until the call is stored. A
 * call over the limit waits, unread, in order of arrival. A driver copies each body several times, so without a limit a
 * burst of large calls would need a multiple of its size. A client that sends slowly delays no others: it loses its
 * memory to the calls that wait (ADR 18).
 */
export class IntakeMemory {
  #freeBytes: number;
  /** In order of arrival: no smaller call overtakes a large one. */
  readonly #waiting = new Set<Waiting>();
  /** The revocable reservations, oldest first. */
  readonly #incomplete = new Set<Reservation>();
  #checking?: NodeJS.Timeout;

  constructor(totalBytes: number) {
    this.#freeBytes = totalBytes;
  }

  /**
   * Reserves bytes, does the work, and frees the bytes.
   * @param bytes at most the total
   * @throws IntakeFullError when the bytes do not become free in time; the work was not started
   */
  async withBytes<T>(bytes: number, work: (reservation: Reservation) => Promise<T>): Promise<T> {
    if (this.#waiting.size === 0 && bytes <= this.#freeBytes) this.#freeBytes -= bytes;
    else await this.#waitFor(bytes);
    const reservation = new Reservation(bytes, this.#onComplete);
    this.#incomplete.add(reservation);
    try {
      return await work(reservation);
    } finally {
      this.#incomplete.delete(reservation);
      this.#freeBytes += bytes;
      this.#admitNext();
    }
  }

  readonly #onComplete = (reservation: Reservation): void => void this.#incomplete.delete(reservation);

  #waitFor(bytes: number): Promise<void> {
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
      reject(new IntakeFullError('too many calls are being accepted at once'));
      this.#admitNext();
    }, maxWaitMs);
    this.#waiting.add(waiting);
    this.#checking ??= setInterval(() => this.#revokeSlow(), checkEveryMs);
    return promise;
  }

  #admitNext(): void {
    for (const waiting of this.#waiting) {
      if (waiting.bytes > this.#freeBytes) return;
      this.#waiting.delete(waiting);
      this.#freeBytes -= waiting.bytes;
      waiting.admit();
    }
    clearInterval(this.#checking);
    this.#checking = undefined;
  }

  /** Revokes slow reservations until the next waiting call has enough bytes. */
  #revokeSlow(): void {
    const [next] = this.#waiting;
    let missing = (next?.bytes ?? 0) - this.#freeBytes;
    const slowSince = performance.now() - slowAfterMs;
    for (const reservation of this.#incomplete) {
      if (missing <= 0 || reservation.since > slowSince) return;
      missing -= reservation.bytes;
      this.#incomplete.delete(reservation);
      reservation.revoke();
    }
  }
}
