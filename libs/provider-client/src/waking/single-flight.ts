/** Lets everybody who wants the same thing at the same time wait for one doing of it. */
export class SingleFlight {
  readonly #underWay = new Map<string, Promise<void>>();

  /** @param signal lets this one go who waits, and nobody else */
  async join(key: string, start: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    let running = this.#underWay.get(key);
    if (!running) {
      running = start().finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, running);
    }
    await (signal ? unlessAborted(running, signal) : running);
  }
}

async function unlessAborted(running: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([running, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
