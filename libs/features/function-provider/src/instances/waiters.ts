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
   * Looks until something is found; never after the signal has aborted.
   * @returns undefined when that takes longer than `withinMs`, or the signal aborts
   */
  async until<T>(look: () => T | undefined, withinMs: number, signal: AbortSignal): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    const found = look();
    if (found !== undefined) return found;
    const over = new AbortController();
    const late = delay(withinMs, 'late' as const, { signal: AbortSignal.any([signal, over.signal]) }).catch(
      () => 'late' as const,
    );
    try {
      for (;;) {
        const isLate = (await Promise.race([this.#changed.promise, late])) === 'late';
        const now = signal.aborted ? undefined : look();
        if (now !== undefined || isLate || signal.aborted) return now;
      }
    } finally {
      over.abort();
    }
  }
}
