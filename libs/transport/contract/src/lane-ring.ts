/** Serves lanes in turn: the lane that was served last comes last. So one lane's backlog does not delay another lane. */
export class LaneRing {
  // A Set iterates in insertion order: deleting and adding a lane moves it to the back.
  readonly #lanes = new Set<string>();

  /** Adds a lane at the back; does nothing if it is in the ring already. */
  add(lane: string): void {
    this.#lanes.add(lane);
  }

  delete(lane: string): void {
    this.#lanes.delete(lane);
  }

  get size(): number {
    return this.#lanes.size;
  }

  /** Moves the first lane that `mayTake` accepts to the back and returns it; undefined when it accepts no lane. */
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
