import { setTimeout as delay } from 'node:timers/promises';

/** Calls `onDue` when the next delayed message of a lane is due. Each lane has its own time. */
export class LaneAlarms {
  readonly #onDue: (lane: string) => void;
  readonly #stopped: AbortSignal;
  readonly #dueAt = new Map<string, number>();

  constructor(onDue: (lane: string) => void, stopped: AbortSignal) {
    this.#onDue = onDue;
    this.#stopped = stopped;
  }

  /** Keeps only the earliest time of each lane: the answer to the take that follows names the next one. */
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
    // An earlier time has replaced this one.
    if (this.#dueAt.get(lane) !== dueAt) return;
    this.#dueAt.delete(lane);
    this.#onDue(lane);
  }
}
