import { apiCode, codeOf } from '../errors.js';
import type { NatsLink } from '../link/link.js';
import { encodeToken, nameOf, streamsOf, subjectsOf } from '../names.js';

const markKinds = ['waiting', 'held', 'removed'] as const;
type MarkKind = (typeof markKinds)[number];

/** The message that a mark is about. The id is included because a stream that is created again counts from 1. */
export interface MarkedMessage {
  readonly laneToken: string;
  readonly streamSequence: number;
  readonly id: string;
}

/**
 * Facts about messages that the server does not keep, stored as marks in a stream of their own.
 *
 * A message that was delivered and returned is marked `waiting` (the server counts it as in flight). The mark holds the
 * number of its spared deliveries: those that do not count as attempts, because the message was not yet due or the
 * consumer had no capacity. The mark is written when the message is returned and read only when it is delivered again,
 * so a message that is handled at the first delivery costs nothing.
 *
 *   waiting --delivered again--> no mark, or `held` if deliveries were spared --returned--> waiting
 *
 * A message that was removed before its first delivery is marked `removed`; remove-message.ts says why it is not deleted.
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

  /** Call this before the message is returned; otherwise a redelivery or a crash between the two costs an attempt. */
  async markWaiting(message: MarkedMessage, spared: number): Promise<void> {
    await this.#link.js.publish(this.#subject('waiting', message), String(spared));
  }

  /** From now on each consumer drops the message at its first delivery. */
  async markRemoved(message: MarkedMessage): Promise<void> {
    await this.#link.js.publish(this.#subject('removed', message), '');
  }

  async has(kind: MarkKind, message: MarkedMessage): Promise<boolean> {
    return (await this.#read(kind, message)) !== undefined;
  }

  /** Deletes the `removed` mark. True for one caller only, which then decides about the message. */
  async claimRemoved(message: MarkedMessage): Promise<boolean> {
    const removed = await this.#read('removed', message);
    return removed !== undefined && this.#erase(removed.sequence);
  }

  /** Ends the `waiting` state of a message that was delivered again. Resolves with the number of its spared deliveries. */
  async takeSparedCount(message: MarkedMessage): Promise<number> {
    const waiting = await this.#read('waiting', message);
    const spared = waiting?.spared ?? (await this.#read('held', message))?.spared ?? 0;
    if (waiting) {
      if (spared > 0) await this.#link.js.publish(this.#subject('held', message), String(spared));
      await this.#erase(waiting.sequence).catch(() => false);
    }
    return spared;
  }

  /** Deletes the marks of a message that is gone. Returns at once and ignores a failure: a mark that stays is harmless. */
  deleteAll(message: MarkedMessage): void {
    for (const kind of markKinds) {
      this.#link.jsm.streams.purge(this.#stream, { filter: this.#subject(kind, message) }).catch(() => undefined);
    }
  }

  /** How many messages of each lane carry a mark of this kind, by `nameOf` the lane's token. */
  async countByLane(kind: MarkKind): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const [lane] of await this.#list(kind)) counts.set(lane, (counts.get(lane) ?? 0) + 1);
    return counts;
  }

  /** The stream sequences of the removed messages, each as text. */
  async listRemoved(): Promise<Set<string>> {
    return new Set((await this.#list('removed')).map(([, sequence]) => sequence));
  }

  /** Calls back with the stream sequence of each message that is removed from now on. Returns a function that ends it. */
  followRemoved(onRemoved: (sequence: string) => void): () => void {
    const subscription = this.#link.nc.subscribe(this.#subjects.mark('removed', '*'), {
      callback: (error, { subject }) => {
        if (!error) onRemoved(laneAndSequence(subject)[1]);
      },
    });
    return () => subscription.unsubscribe();
  }

  async #list(kind: MarkKind): Promise<[lane: string, sequence: string][]> {
    const filter = this.#subjects.mark(kind, '*');
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

  async #read(kind: MarkKind, message: MarkedMessage): Promise<{ spared: number; sequence: number } | undefined> {
    const query = { last_by_subj: this.#subject(kind, message) };
    const mark = await this.#link.jsm.streams.getMessage(this.#stream, query);
    return mark ? { spared: Number(mark.string()), sequence: mark.seq } : undefined;
  }

  #subject(kind: MarkKind, { laneToken, streamSequence, id }: MarkedMessage): string {
    return this.#subjects.mark(kind, nameOf(laneToken), `${streamSequence}.${nameOf(encodeToken(id))}`);
  }
}

/** Reads `later.<queue>.mark.<kind>.<lane>.<sequence>.<id>`. */
function laneAndSequence(subject: string): [lane: string, sequence: string] {
  const [lane = '', sequence = ''] = subject.split('.').slice(4);
  return [lane, sequence];
}
