import { apiCode, codeOf } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import { encodeToken, nameOf, streamsOf, subjectsOf } from './subjects.js';

type State = 'waiting' | 'held' | 'removed';

/** Which message a mark is about. With its id, because a stream that was created anew counts from 1 again. */
export interface Marked {
  readonly laneToken: string;
  readonly streamSequence: number;
  readonly id: string;
}

/**
 * What the driver remembers of a message beside what the server counts. Of one that was delivered and given back: that
 * it waits (the server counts it as in flight), and how many of its deliveries were no attempts (`spared`: it was not
 * yet due, or there was no room). Written when it is given back, read only when it is delivered again, so that a
 * message that goes right the first time never pays.
 *
 *   waiting --delivered again--> (nothing, or `held` if any were spared) --given back--> waiting
 *
 * And of one that was never delivered: that it is `removed`; see remove-message.ts for why it is not simply deleted.
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

  /** From now on whoever is delivered it drops it, unless it was delivered before. */
  async removes(message: Marked): Promise<void> {
    await this.#link.js.publish(this.#subject('removed', message), '');
  }

  async is(state: State, message: Marked): Promise<boolean> {
    return (await this.#read(state, message)) !== undefined;
  }

  /** Takes the `removed` mark away: true for one caller only, who then decides what becomes of the message. */
  async claimRemoved(message: Marked): Promise<boolean> {
    const removed = await this.#read('removed', message);
    return removed !== undefined && this.#erase(removed.sequence);
  }

  /** Notes that it waits no more, and resolves with how many of its deliveries were no attempts. */
  async isHeld(message: Marked): Promise<number> {
    const waiting = await this.#read('waiting', message);
    const spared = waiting?.spared ?? (await this.#read('held', message))?.spared ?? 0;
    if (waiting) {
      if (spared > 0) await this.#link.js.publish(this.#subject('held', message), String(spared));
      await this.#erase(waiting.sequence).catch(() => false);
    }
    return spared;
  }

  /** The message is gone, and so are its marks; not awaited, and no harm if it fails. */
  forget(message: Marked): void {
    for (const state of ['waiting', 'held', 'removed'] as const) {
      this.#link.jsm.streams.purge(this.#stream, { filter: this.#subject(state, message) }).catch(() => undefined);
    }
  }

  /** How many messages of each lane are in a state, by `nameOf` the lane's token. */
  async countByLane(state: State): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const [lane] of await this.#list(state)) counts.set(lane, (counts.get(lane) ?? 0) + 1);
    return counts;
  }

  /** The stream sequences of the messages that are removed, each as text. */
  async listRemoved(): Promise<Set<string>> {
    return new Set((await this.#list('removed')).map(([, sequence]) => sequence));
  }

  /** Calls back with the stream sequence of each message that is removed from now on. Returns what ends that. */
  followRemoved(onRemoved: (sequence: string) => void): () => void {
    const subscription = this.#link.nc.subscribe(this.#subjects.mark('removed', '*'), {
      callback: (error, { subject }) => {
        if (!error) onRemoved(laneAndSequence(subject)[1]);
      },
    });
    return () => subscription.unsubscribe();
  }

  async #list(state: State): Promise<[lane: string, sequence: string][]> {
    const filter = this.#subjects.mark(state, '*');
    const info = await this.#link.jsm.streams.info(this.#stream, { subjects_filter: filter });
    return Object.keys(info.state.subjects ?? {}).map(laneAndSequence);
  }

  async #erase(sequence: number): Promise<boolean> {
    try {
      return await this.#link.jsm.streams.deleteMessage(this.#stream, sequence);
    } catch (error) {
      if (codeOf(error) === apiCode.sequenceNotFound) return false;
      throw error;
    }
  }

  async #read(state: State, message: Marked): Promise<{ spared: number; sequence: number } | undefined> {
    const query = { last_by_subj: this.#subject(state, message) };
    const mark = await this.#link.jsm.streams.getMessage(this.#stream, query);
    return mark ? { spared: Number(mark.string()), sequence: mark.seq } : undefined;
  }

  #subject(state: State, { laneToken, streamSequence, id }: Marked): string {
    return this.#subjects.mark(state, nameOf(laneToken), `${streamSequence}.${nameOf(encodeToken(id))}`);
  }
}

/** `later.<queue>.mark.<state>.<lane>.<sequence>.<id>` */
function laneAndSequence(subject: string): [lane: string, sequence: string] {
  const [lane = '', sequence = ''] = subject.split('.').slice(4);
  return [lane, sequence];
}
