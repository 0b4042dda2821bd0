/** The wait before a failed instance starts again. */
const firstMs = 100;
const longestMs = 30_000;
/** An instance that ran this long was healthy: its end is a new failure, not one in a row. */
const healthyAfterMs = 10_000;

/** Doubles the wait after every failure in a row: 100 ms, 200 ms … 30 s. */
export class StartBackoff {
  #failures = 0;

  /** @param ranMs how long the instance ran; 0 when it did not start @returns the wait before the next start, in ms */
  next(ranMs: number): number {
    if (ranMs >= healthyAfterMs) this.#failures = 0;
    return Math.min(firstMs * 2 ** Math.min(this.#failures++, 20), longestMs);
  }
}
