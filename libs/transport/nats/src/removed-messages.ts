import type { Marks } from './marks.js';

/** The removed messages of a queue that may still be delivered, as far as we know: only these are looked up. */
export class RemovedMessages {
  readonly #marks: Marks;
  readonly #sequences = new Set<string>();

  constructor(marks: Marks) {
    this.#marks = marks;
  }

  /** Returns what ends it. The server tells us of a mark before it answers its author, hence before a later delivery. */
  follow(): () => void {
    return this.#marks.followRemoved((sequence) => void this.#sequences.add(sequence));
  }

  /** Learns of what was removed while we did not listen, and forgets what is gone. */
  async list(): Promise<void> {
    const before = [...this.#sequences];
    const listed = await this.#marks.listRemoved();
    for (const sequence of before) if (!listed.has(sequence)) this.#sequences.delete(sequence);
    for (const sequence of listed) this.#sequences.add(sequence);
  }

  has(streamSequence: number): boolean {
    // Nearly always empty: no text is made for nothing.
    return this.#sequences.size > 0 && this.#sequences.has(String(streamSequence));
  }
}
