import { clearTimeout, setTimeout } from 'node:timers';

/**
 * One timer that is set anew again and again, each time in place of the last; nothing is left of it once cleared.
 * An abortable promise in its stead would be made and rejected with every batch of requests.
 */
export class Alarm {
  readonly #ring: () => void;
  #timer?: NodeJS.Timeout;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  set(afterMs: number): void {
    this.clear();
    this.#timer = setTimeout(this.#ring, afterMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
