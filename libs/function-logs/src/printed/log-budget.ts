/** Of one instance: enough for any log that somebody reads, and no more than a disk and a processor bear. */
const [burstBytes, bytesPerSecond] = [1024 ** 2, 1024 ** 2];

/** How much an instance may still print at this moment; what a second adds is a second's worth. */
export class LogBudget {
  #left = burstBytes;
  #at: number;

  /** @param now a monotonic clock, in ms */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#at = now();
  }

  /** Takes this much; false, and takes nothing, when it is not there. */
  take(bytes: number): boolean {
    const now = this.now();
    this.#left = Math.min(burstBytes, this.#left + ((now - this.#at) / 1_000) * bytesPerSecond);
    this.#at = now;
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}
