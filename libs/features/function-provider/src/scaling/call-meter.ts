/** A rate is averaged over so many seconds: short enough to follow a burst, long enough that a single call is none. */
const windowSeconds = 10;

/** The window, and the second that is not over yet. */
const bucketCount = windowSeconds + 1;

/** How many calls a function gets. On every call's way: two additions, no allocation but what `started` returns. */
export class CallMeter {
  readonly #now: () => number;
  /** Calls that started in a second, by that second modulo their number. */
  readonly #buckets = new Uint32Array(bucketCount);
  #second: number;
  #inFlight = 0;
  #lastCallAt: number;

  /** @param now in ms, of a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#lastCallAt = now();
    this.#second = Math.floor(this.#lastCallAt / 1_000);
  }

  /** Notes a call that begins. @returns what notes its end, once however often it is called */
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

  /** Calls that started in a second, on average over the last ten that are over: steady load has a steady rate. */
  ratePerSecond(): number {
    this.#moveTo(this.#now());
    let calls = 0;
    for (const count of this.#buckets) calls += count;
    return (calls - this.#buckets[this.#second % bucketCount]!) / windowSeconds;
  }

  /** How long there has been no call: since the last one ended, or since this meter was made. 0 while one is in flight. */
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
