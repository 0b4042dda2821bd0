/** For one instance: enough for any log that a person reads, and little enough for the disk and the processor. */
const [burstBytes, bytesPerSecond] = [1024 ** 2, 1024 ** 2];

/** A token bucket for the bytes that one instance prints. */
export class LogBudget {
  #left = burstBytes;
  #at: number;

  /** @param now a monotonic clock, in ms */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.#at = now();
  }

  /** Takes this many bytes; returns false and takes nothing when fewer are left. */
  take(bytes: number): boolean {
    const now = this.now();
    this.#left = Math.min(burstBytes, this.#left + ((now - this.#at) / 1_000) * bytesPerSecond);
    this.#at = now;
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}
