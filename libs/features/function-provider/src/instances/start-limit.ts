import { setTimeout as delay } from 'node:timers/promises';

import pLimit from 'p-limit';

/** With more starts at the same time, they only compete for the processor. */
const maxConcurrentStarts = 8;

/** A longer start waits for something else, such as a service that is down; it no longer counts as busy. */
const busyMs = 1_000;

/** Limits how many instances are busy starting at the same time. */
export class StartLimit {
  readonly #limit: ReturnType<typeof pLimit>;

  /** @param countedMs how long a start counts; after this time the next one may begin although this one goes on */
  constructor(
    maxConcurrent = maxConcurrentStarts,
    private readonly countedMs = busyMs,
  ) {
    this.#limit = pLimit(maxConcurrent);
  }

  run<T>(start: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    void this.#limit(async () => {
      const starting = start();
      resolve(starting);
      const over = new AbortController();
      const settled = starting.then(
        () => over.abort(),
        () => over.abort(),
      );
      const late = delay(this.countedMs, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
      await Promise.race([settled, late]);
    });
    return promise;
  }
}
