/** A rate is an average over this time: short enough to follow a burst, long enough to smooth out a single call. */
const windowSeconds = 10;

/** The seconds of the window, and the current second. */
const bucketCount = windowSeconds + 1;

/**
 * Measures the calls of one function. Every call pays for it: two additions, and one allocation for the function that
 * `started` returns.
 */
export class CallMeter {
  readonly #now: () => number;
  /** The number of calls that started in each second; the index is the second modulo the number of buckets. */
  readonly #buckets = new Uint32Array(bucketCount);
  #second: number;
  #inFlight = 0;
  #lastCallAt: number;

  /** @param now a monotonic clock, in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#lastCallAt = now();
    this.#second = Math.floor(this.#lastCallAt / 1_000);
  }

  /** Counts a call that starts. @returns a function that counts its end, once even when it is called again */
  started(): () => void {
    this.#lastCallAt = this.#now();
    this.#moveTo(this.#lastCallAt);
    this.#buckets[this.#second % bucketCount]!++;
    this.#inFlight++;
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      this.#inFlight--;
      this.#lastCallAt = this.#now();
    };
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Started calls per second, averaged over the last ten full seconds, so that a steady load has a steady rate. */
  ratePerSecond(): number {
    this.#moveTo(this.#now());
    let calls = 0;
    for (const count of this.#buckets) calls += count;
    return (calls - this.#buckets[this.#second % bucketCount]!) / windowSeconds;
  }

  /** The time since the last call ended, or since this meter was created; 0 while a call is in flight. */
  idleMs(): number {
    return this.#inFlight > 0 ? 0 : this.#now() - this.#lastCallAt;
  }

  #moveTo(now: number): void {
    const second = Math.floor(now / 1_000);
    const passed = Math.min(second - this.#second, bucketCount);
    for (let back = 0; back < passed; back++) this.#buckets[(second - back) % bucketCount] = 0;
    this.#second = Math.max(this.#second, second);
  }
}
