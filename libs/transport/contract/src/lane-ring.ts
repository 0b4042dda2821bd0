/**
 * Lanes in turn: whoever was served last is asked last. This is what keeps one lane's backlog from delaying another.
 */
export class LaneRing {
  // A Set iterates in insertion order, so "to the back" is delete and add.
  readonly #lanes = new Set<string>();

  /** Joins at the back; nothing happens if it is there already. */
  add(lane: string): void {
    this.#lanes.add(lane);
  }

  delete(lane: string): void {
    this.#lanes.delete(lane);
  }

  get size(): number {
    return this.#lanes.size;
  }

  /** The first lane in turn that `mayTake` accepts, moved to the back; undefined when none is. */
  next(mayTake: (lane: string) => boolean = () => true): string | undefined {
    for (const lane of this.#lanes) {
      if (!mayTake(lane)) continue;
      this.#lanes.delete(lane);
      this.#lanes.add(lane);
      return lane;
    }
    return undefined;
  }
}
