import { setTimeout as startTimer } from 'node:timers';

/**
 * Aborts its signal after a time, or when another signal aborts, unless it is disposed of before. A call needs only one
 * timer and one controller for it: `AbortSignal.timeout` keeps the timer of a call that has ended, and
 * `AbortSignal.any` costs as much as the rest of a small call.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #other: AbortSignal | undefined;
  readonly #abortWithOther = (): void => this.abort(this.#other?.reason as Error);
  #passed = false;

  constructor(afterMs: number, other?: AbortSignal) {
    this.#timer = startTimer(() => {
      this.#passed = true;
      this.abort(new Error(`Not within ${afterMs} ms`));
    }, afterMs);
    this.#other = other;
    if (other?.aborted) this.#abortWithOther();
    else other?.addEventListener('abort', this.#abortWithOther);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the time, and not the other signal, aborted the signal. */
  get passed(): boolean {
    return this.#passed;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#other?.removeEventListener('abort', this.#abortWithOther);
  }
}
