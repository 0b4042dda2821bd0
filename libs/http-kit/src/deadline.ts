import { setTimeout as startTimer } from 'node:timers';

/**
 * Aborts its signal after a time, or with another signal, unless it is disposed of before. One timer and one controller
 * for a call: `AbortSignal.timeout` would keep a timer of every call that is long over, and `AbortSignal.any` costs as
 * much as all the rest of a small call.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #also: AbortSignal | undefined;
  readonly #follow = (): void => this.abort(this.#also?.reason as Error);
  #passed = false;

  constructor(afterMs: number, also?: AbortSignal) {
    this.#timer = startTimer(() => {
      this.#passed = true;
      this.abort(new Error(`Not within ${afterMs} ms`));
    }, afterMs);
    this.#also = also;
    if (also?.aborted) this.#follow();
    else also?.addEventListener('abort', this.#follow);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the time that aborted the signal. */
  get passed(): boolean {
    return this.#passed;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#also?.removeEventListener('abort', this.#follow);
  }
}
