import { clearTimeout, setTimeout } from 'node:timers';

/**
 * One timer that is set again and again; each `set` replaces the last. An abortable promise would be created and
 * rejected with every batch of requests.
 */
export class ResettableTimer {
  readonly #onTimeout: () => void;
  #timer?: NodeJS.Timeout;

  constructor(onTimeout: () => void) {
    this.#onTimeout = onTimeout;
  }

  set(afterMs: number): void {
    this.clear();
    this.#timer = setTimeout(this.#onTimeout, afterMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
