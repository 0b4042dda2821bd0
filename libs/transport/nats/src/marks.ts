import type { NatsLink } from './nats-link.js';
import { encodeToken, nameOf, streamsOf, subjectsOf } from './subjects.js';

/** Which message a mark is about. With its id, because a stream that was created anew counts from 1 again. */
export interface Marked {
  readonly laneToken: string;
  readonly streamSequence: number;
  readonly id: string;
}

/**
 * What the driver remembers of a message that was delivered and given back, beside what the server counts: that it
 * waits (the server counts it as in flight), and how many of its deliveries were no attempts (`spared`: it was not yet
 * due, or there was no room). Written when it is given back, read only when it is delivered again, so that a message
 * that goes right the first time never pays.
 *
 *   waiting --delivered again--> (nothing, or `held` if any were spared) --given back--> waiting
 */
export class Marks {
  readonly #link: NatsLink;
  readonly #stream: string;
  readonly #subjects: ReturnType<typeof subjectsOf>;

  constructor(link: NatsLink, queue: string) {
    this.#link = link;
    this.#stream = streamsOf(queue).marks;
    this.#subjects = subjectsOf(queue);
  }

  /** Call before giving it back: what happens in between costs an attempt otherwise. */
  async waits(message: Marked, spared: number): Promise<void> {
    await this.#link.js.publish(this.#subject('waiting', message), String(spared));
  }

  async isWaiting(message: Marked): Promise<boolean> {
    return (await this.#read('waiting', message)) !== undefined;
  }

  /** Notes that it waits no more, and resolves with how many of its deliveries were no attempts. */
  async isHeld(message: Marked): Promise<number> {
    const waiting = await this.#read('waiting', message);
    const spared = waiting?.spared ?? (await this.#read('held', message))?.spared ?? 0;
    if (waiting) {
      if (spared > 0) await this.#link.js.publish(this.#subject('held', message), String(spared));
      await this.#link.jsm.streams.deleteMessage(this.#stream, waiting.sequence).catch(() => false);
    }
    return spared;
  }

  /** The message is gone, and so are its marks; not awaited, and no harm if it fails. */
  forget(message: Marked): void {
    for (const state of ['waiting', 'held'] as const) {
      this.#link.jsm.streams.purge(this.#stream, { filter: this.#subject(state, message) }).catch(() => undefined);
    }
  }

  /** How many messages of each lane wait, by `nameOf` the lane's token. */
  async waitingByLane(): Promise<Map<string, number>> {
    const filter = this.#subjects.mark('waiting', '*');
    const { state } = await this.#link.jsm.streams.info(this.#stream, { subjects_filter: filter });
    const counts = new Map<string, number>();
    for (const subject of Object.keys(state.subjects ?? {})) {
      const lane = subject.split('.')[4] ?? '';
      counts.set(lane, (counts.get(lane) ?? 0) + 1);
    }
    return counts;
  }

  async #read(state: 'waiting' | 'held', message: Marked): Promise<{ spared: number; sequence: number } | undefined> {
    const query = { last_by_subj: this.#subject(state, message) };
    const mark = await this.#link.jsm.streams.getMessage(this.#stream, query);
    return mark ? { spared: Number(mark.string()), sequence: mark.seq } : undefined;
  }

  #subject(state: 'waiting' | 'held', { laneToken, streamSequence, id }: Marked): string {
    return this.#subjects.mark(state, nameOf(laneToken), `${streamSequence}.${nameOf(encodeToken(id))}`);
  }
}
