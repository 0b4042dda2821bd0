import { setTimeout as delay } from 'node:timers/promises';

/** Those who wait for something of a function's instances to change. */
export class Waiters {
  #changed = Promise.withResolvers<void>();

  /** Something changed: everyone looks again. */
  settled(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /**
   * Looks until something is found.
   * @returns undefined when that takes longer than `withinMs`, or the signal aborts
   */
  async until<T>(look: () => T | undefined, withinMs: number, signal: AbortSignal): Promise<T | undefined> {
    const found = look();
    if (found !== undefined) return found;
    const over = new AbortController();
    const late = delay(withinMs, 'late' as const, { signal: AbortSignal.any([signal, over.signal]) }).catch(
      () => 'late' as const,
    );
    try {
      for (;;) {
        if ((await Promise.race([this.#changed.promise, late])) === 'late') return look();
        const now = look();
        if (now !== undefined) return now;
      }
    } finally {
      over.abort();
    }
  }
}
