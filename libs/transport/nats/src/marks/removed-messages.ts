import type { Marks } from './marks.js';

/**
 * The sequences of a queue's removed messages that the server may still deliver. A consumer looks up the mark only of
 * these.
 */
export class RemovedMessages {
  readonly #marks: Marks;
  readonly #sequences = new Set<string>();

  constructor(marks: Marks) {
    this.#marks = marks;
  }

  /**
   * Adds each message that is removed from now on. The server sends a mark to its followers before it answers the
   * process that removes, hence before a later delivery. Returns a function that ends it.
   */
  follow(): () => void {
    return this.#marks.followRemoved((sequence) => void this.#sequences.add(sequence));
  }

  /** Adds the messages that were removed while nothing followed, and drops those whose mark is gone. */
  async refresh(): Promise<void> {
    const before = [...this.#sequences];
    const listed = await this.#marks.listRemoved();
    for (const sequence of before) if (!listed.has(sequence)) this.#sequences.delete(sequence);
    for (const sequence of listed) this.#sequences.add(sequence);
  }

  has(streamSequence: number): boolean {
    // The set is nearly always empty, so the conversion to text is rare.
    return this.#sequences.size > 0 && this.#sequences.has(String(streamSequence));
  }
}
