import { setTimeout as delay } from 'node:timers/promises';

import pLimit from 'p-limit';

/** More at once, and they only wait for each other's processor. */
const startsAtOnce = 8;

/** A start that takes longer waits for something else, such as a service that is down: that holds up no others. */
const busyMs = 1_000;

/** Lets only so many instances be busy starting at once. */
export class StartLimit {
  readonly #limit: ReturnType<typeof pLimit>;

  constructor(
    atOnce = startsAtOnce,
    private readonly withinMs = busyMs,
  ) {
    this.#limit = pLimit(atOnce);
  }

  take<T>(start: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    void this.#limit(async () => {
      const starting = start();
      resolve(starting);
      const over = new AbortController();
      const settled = starting.then(
        () => over.abort(),
        () => over.abort(),
      );
      const late = delay(this.withinMs, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
      await Promise.race([settled, late]);
    });
    return promise;
  }
}
