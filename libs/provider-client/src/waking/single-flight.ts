import pTimeout from 'p-timeout';

/** Runs a task once for all callers that ask for the same key at the same time. */
export class SingleFlight {
  readonly #running = new Map<string, Promise<void>>();

  /** @param signal ends the wait of this caller; the task goes on for the others */
  async join(key: string, start: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    let running = this.#running.get(key);
    if (!running) {
      running = start().finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    // The cache's `fetchMethod` would abort the task for all callers when the first one gives up.
    await (signal ? pTimeout(running, { milliseconds: Infinity, signal }) : running);
  }
}
