import { setTimeout as delay } from 'node:timers/promises';

/** Lets callers wait until a condition holds; code that changes the state behind it calls `notify`. */
export class ChangeNotifier {
  #changed = Promise.withResolvers<void>();

  /** Makes every waiter check its condition again. */
  notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /**
   * Calls `check` now and after every change until it returns a value; not after the signal has aborted.
   * @returns undefined when `check` returned no value within `withinMs`, or the signal aborted
   */
  async waitUntil<T>(check: () => T | undefined, withinMs: number, signal: AbortSignal): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    const found = check();
    if (found !== undefined) return found;
    const finished = new AbortController();
    const late = delay(withinMs, 'late' as const, { signal: AbortSignal.any([signal, finished.signal]) }).catch(
      () => 'late' as const,
    );
    try {
      for (;;) {
        const isLate = (await Promise.race([this.#changed.promise, late])) === 'late';
        const now = signal.aborted ? undefined : check();
        if (now !== undefined || isLate || signal.aborted) return now;
      }
    } finally {
      finished.abort();
    }
  }
}
