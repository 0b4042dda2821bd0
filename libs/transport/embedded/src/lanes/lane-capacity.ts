import type { Capacity } from '@later/transport-contract';

/** Tracks which lanes have less capacity than the rest, so that the database thread can skip them. */
export class LaneCapacity {
  readonly #consumer: Capacity;
  readonly #perLane: number;
  readonly #maybeHeld = new Set<string>();

  constructor(consumer: Capacity, perLane: number) {
    this.#consumer = consumer;
    this.#perLane = perLane;
  }

  /** Notes that a message of this lane is held from now on. */
  noteHeld(lane: string): void {
    this.#maybeHeld.add(lane);
  }

  /** The lanes that have less capacity than the rest, with their capacity. */
  listLimited(): ReadonlyMap<string, number> {
    const { free } = this.#consumer;
    const limited = new Map<string, number>();
    for (const lane of this.#maybeHeld) {
      const left = this.#consumer.freeFor(lane);
      // A lane that may use all of `free` needs no limit of its own.
      if (left < Math.min(free, this.#perLane)) limited.set(lane, left);
      // `freeFor` is never above `free`, so only a full `perLane` proves that no message of the lane is held.
      else if (left === this.#perLane) this.#maybeHeld.delete(lane);
    }
    return limited;
  }

  /** Whether a lane that had no capacity in `limited` has some now. */
  hasReopened(limited: ReadonlyMap<string, number>): boolean {
    for (const [lane, left] of limited) if (left === 0 && this.#consumer.freeFor(lane) > 0) return true;
    return false;
  }
}
