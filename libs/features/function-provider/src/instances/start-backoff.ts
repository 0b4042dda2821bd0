/** How soon an instance that could not start, or ended by itself, is started again. */
const firstMs = 100;
const longestMs = 30_000;
/** One that ran this long was sound: what ended it is new. */
const soundAfterMs = 10_000;

/** Doubles the wait with every failure in a row: 100 ms, 200 ms … 30 s. */
export class StartBackoff {
  #failures = 0;

  /** @param ranMs how long it had run; 0 when it did not start @returns the wait before the next start, in ms */
  next(ranMs: number): number {
    if (ranMs >= soundAfterMs) this.#failures = 0;
    return Math.min(firstMs * 2 ** Math.min(this.#failures++, 20), longestMs);
  }
}
