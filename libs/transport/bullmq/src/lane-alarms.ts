import { setTimeout as delay } from 'node:timers/promises';

/** Calls when a lane's next delayed message is due: on time also when several are due at different times. */
export class LaneAlarms {
  readonly #onDue: (lane: string) => void;
  readonly #stopped: AbortSignal;
  readonly #dueAt = new Map<string, number>();

  constructor(onDue: (lane: string) => void, stopped: AbortSignal) {
    this.#onDue = onDue;
    this.#stopped = stopped;
  }

  /** One call for each lane is enough, at the earliest time that was set: what comes after it is asked for then. */
  set(lane: string, dueAt: number): void {
    const known = this.#dueAt.get(lane);
    if (known !== undefined && known <= dueAt) return;
    this.#dueAt.set(lane, dueAt);
    void this.#wait(lane, dueAt);
  }

  async #wait(lane: string, dueAt: number): Promise<void> {
    try {
      await delay(Math.max(0, dueAt - Date.now()), undefined, { signal: this.#stopped });
    } catch {
      return;
    }
    if (this.#dueAt.get(lane) !== dueAt) return;
    this.#dueAt.delete(lane);
    this.#onDue(lane);
  }
}
