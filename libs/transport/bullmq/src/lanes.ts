import type { BullMqConnection } from './bullmq-connection.js';
import { BullMqLane } from './bullmq-lane.js';
import { bullQueueName } from './keys.js';

/** Lanes are unbounded in number (one for each host that callbacks go to), what is remembered of them is not. */
const mostRemembered = 1_000;

/** The lanes that this process uses. */
export class Lanes {
  readonly #connection: BullMqConnection;
  // A Map iterates in insertion order, so the first is the one that was not used for longest.
  readonly #lanes = new Map<string, BullMqLane>();

  constructor(connection: BullMqConnection) {
    this.#connection = connection;
  }

  get(queue: string, lane: string): BullMqLane {
    const name = bullQueueName(queue, lane);
    const found = this.#lanes.get(name) ?? new BullMqLane(this.#connection, queue, lane);
    this.#lanes.delete(name);
    this.#lanes.set(name, found);
    if (this.#lanes.size > mostRemembered) this.#forgetOldest();
    return found;
  }

  #forgetOldest(): void {
    for (const oldest of this.#lanes.keys()) {
      this.#lanes.delete(oldest);
      return;
    }
  }
}
