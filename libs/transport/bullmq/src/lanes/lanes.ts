import type { BullMqLink } from '../link/link.js';
import { bullQueueName } from '../names.js';
import { BullMqLane } from './lane.js';

/** The number of lanes has no limit (callbacks have one lane per host), so this process caches only the last used. */
const maxCachedLanes = 1_000;

/** The lanes that this process uses. */
export class Lanes {
  readonly #link: BullMqLink;
  // A Map iterates in insertion order, so the first lane is the least recently used one.
  readonly #lanes = new Map<string, BullMqLane>();

  constructor(link: BullMqLink) {
    this.#link = link;
  }

  get(queue: string, lane: string): BullMqLane {
    const name = bullQueueName(queue, lane);
    const found = this.#lanes.get(name) ?? new BullMqLane(this.#link, queue, lane);
    this.#lanes.delete(name);
    this.#lanes.set(name, found);
    if (this.#lanes.size > maxCachedLanes) this.#evictOldest();
    return found;
  }

  #evictOldest(): void {
    for (const oldest of this.#lanes.keys()) {
      this.#lanes.delete(oldest);
      return;
    }
  }
}
