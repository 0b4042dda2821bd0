import type { StoredMsg } from '@nats-io/jetstream';
import type { DeadLetter, DeadLetterPage, DeadLetters } from '@later/transport-contract';

import { apiCode, codeOf, isMissing } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import type { NatsPublisher } from './nats-publisher.js';
import { encodeToken, streamsOf, subjectsOf } from './subjects.js';
import { readDeadLetter } from './wire-message.js';

/** The most that one page holds. */
const longestPage = 100;

/** Dead letters, in a stream with one subject for each, so that one is found by its id without a search. */
export class NatsDeadLetters implements DeadLetters {
  readonly #link: NatsLink;
  readonly #publisher: NatsPublisher;

  constructor(link: NatsLink, publisher: NatsPublisher) {
    this.#link = link;
    this.#publisher = publisher;
  }

  async list(queue: string, page: { readonly limit: number; readonly after?: string }): Promise<DeadLetterPage> {
    // A direct get is not answered at all when there is no such stream, so that is asked first.
    if (!(await unlessMissing(this.#link.jsm.streams.info(streamsOf(queue).dead)))) return { entries: [] };
    const limit = Math.min(page.limit, longestPage);
    const stored: StoredMsg[] = [];
    let last = Number(page.after ?? 0);
    // One more than asked for tells whether there is a next page.
    while (stored.length <= limit) {
      const next = await this.#link.jsm.direct.getMessage(streamsOf(queue).dead, {
        seq: last + 1,
        next_by_subj: subjectsOf(queue).dead(),
      });
      if (!next) return { entries: stored.map(toLetter) };
      stored.push(next);
      last = next.seq;
    }
    const shown = stored.slice(0, limit);
    return { entries: shown.map(toLetter), next: String(shown.at(-1)?.seq ?? page.after ?? 0) };
  }

  async read(queue: string, id: string): Promise<DeadLetter | undefined> {
    const stored = await this.#find(queue, id);
    return stored && toLetter(stored);
  }

  async redrive(queue: string, id: string): Promise<boolean> {
    const stored = await this.#find(queue, id);
    if (!stored) return false;
    const { lane, body } = toLetter(stored);
    // Not the message's own id, which the server may still know; but the same each time, should this be cut short.
    await this.#publisher.publish(queue, { id, lane, body }, `${encodeToken(id)}:redrive:${stored.seq}`);
    return this.#remove(queue, stored.seq);
  }

  async delete(queue: string, id: string): Promise<boolean> {
    const stored = await this.#find(queue, id);
    return stored ? this.#remove(queue, stored.seq) : false;
  }

  async #find(queue: string, id: string): Promise<StoredMsg | undefined> {
    const query = { last_by_subj: subjectsOf(queue).dead(encodeToken(id)) };
    return (await unlessMissing(this.#link.jsm.streams.getMessage(streamsOf(queue).dead, query))) ?? undefined;
  }

  /** Erased on disk, too: 2.9 can forget for two seconds that a message is gone when it is killed. */
  async #remove(queue: string, sequence: number): Promise<boolean> {
    const removed = this.#link.jsm.streams.deleteMessage(streamsOf(queue).dead, sequence);
    return (await unlessMissing(removed)) ?? false;
  }
}

const toLetter = ({ header, data }: StoredMsg): DeadLetter => readDeadLetter(header, data);

/** Undefined when the queue was never used, or somebody else was faster. */
async function unlessMissing<T>(done: Promise<T>): Promise<T | undefined> {
  try {
    return await done;
  } catch (error) {
    if (isMissing(error) || codeOf(error) === apiCode.sequenceNotFound) return undefined;
    throw error;
  }
}
