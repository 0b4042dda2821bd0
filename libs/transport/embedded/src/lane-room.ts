import type { Capacity } from '@later/transport-contract';

/** How much room a consumer has by lane, as the database thread must know it to take in turn. */
export class LaneRoom {
  readonly #consumer: Capacity;
  readonly #perLane: number;
  readonly #maybeHeld = new Set<string>();

  constructor(consumer: Capacity, perLane: number) {
    this.#consumer = consumer;
    this.#perLane = perLane;
  }

  /** A message of this lane is held from now on. */
  note(lane: string): void {
    this.#maybeHeld.add(lane);
  }

  /** The lanes that have less room than the rest. */
  limited(): ReadonlyMap<string, number> {
    const room = this.#consumer.free;
    const limited = new Map<string, number>();
    // Where a lane may fill the whole room, the room is the only limit.
    for (const lane of this.#maybeHeld) {
      const left = this.#consumer.freeFor(lane);
      if (left < Math.min(room, this.#perLane)) limited.set(lane, left);
      // Only then is it sure that nothing of it is held: `freeFor` never says more than `room`.
      else if (left === this.#perLane) this.#maybeHeld.delete(lane);
    }
    return limited;
  }

  /** Whether one of these lanes, limited to nothing then, has room now. */
  hasReopened(limited: ReadonlyMap<string, number>): boolean {
    for (const [lane, left] of limited) if (left === 0 && this.#consumer.freeFor(lane) > 0) return true;
    return false;
  }
}
