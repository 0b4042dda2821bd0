import { setTimeout as delay } from 'node:timers/promises';

/**
 * Aborts its signal after a time, unless it is disposed of before. `AbortSignal.timeout` cannot be: of every call that
 * is long over, a timer would stay until its timeout.
 */
export class Deadline implements Disposable {
  readonly #passed = new AbortController();
  readonly #dropped = new AbortController();

  constructor(afterMs: number) {
    delay(afterMs, undefined, { signal: this.#dropped.signal }).then(
      () => this.#passed.abort(new Error(`Not within ${afterMs} ms`)),
      () => undefined,
    );
  }

  get signal(): AbortSignal {
    return this.#passed.signal;
  }

  [Symbol.dispose](): void {
    this.#dropped.abort();
  }
}
