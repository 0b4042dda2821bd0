import type { StoredMsg } from '@nats-io/jetstream';
import type { DeadLetter, DeadLetterPage, DeadLetters } from '@later/transport-contract';

import { apiCode, codeOf, isMissing } from './errors.js';
import type { NatsLink } from './link/link.js';
import { encodeToken, streamsOf, subjectsOf } from './names.js';
import type { NatsPublisher } from './publisher.js';
import { readDeadLetter } from './wire.js';

/** The most dead letters that one page holds. */
const longestPage = 100;

type PageRequest = Parameters<DeadLetters['list']>[1];

/** The dead letters of each queue. Each has its own subject in a stream, so an id finds it without a search. */
export class NatsDeadLetters implements DeadLetters {
  readonly #link: NatsLink;
  readonly #publisher: NatsPublisher;

  constructor(link: NatsLink, publisher: NatsPublisher) {
    this.#link = link;
    this.#publisher = publisher;
  }

  list(queue: string, page: PageRequest): Promise<DeadLetterPage> {
    return this.#link.run(() => this.#list(queue, page));
  }

  read(queue: string, id: string): Promise<DeadLetter | undefined> {
    return this.#link.run(async () => {
      const stored = await this.#find(queue, id);
      return stored && toLetter(stored);
    });
  }

  redrive(queue: string, id: string): Promise<boolean> {
    return this.#link.run(async () => {
      const stored = await this.#find(queue, id);
      if (!stored) return false;
      const { lane, body } = toLetter(stored);
      // The server may still know the message's own id as a duplicate. This id is new, but the same in each try.
      await this.#publisher.publish(queue, { id, lane, body }, `${encodeToken(id)}:redrive:${stored.seq}`);
      return this.#remove(queue, stored.seq);
    });
  }

  delete(queue: string, id: string): Promise<boolean> {
    return this.#link.run(async () => {
      const stored = await this.#find(queue, id);
      return stored ? this.#remove(queue, stored.seq) : false;
    });
  }

  async #list(queue: string, { limit: requested, after }: PageRequest): Promise<DeadLetterPage> {
    // Checks that the stream exists, because the server does not answer a direct get from a missing stream.
    if (!(await unlessMissing(this.#link.jsm.streams.info(streamsOf(queue).dead)))) return { entries: [] };
    const limit = Math.min(requested, longestPage);
    const stored: StoredMsg[] = [];
    let last = Number(after ?? 0);
    // Reads one more than the limit to learn whether there is a next page.
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
    return { entries: shown.map(toLetter), next: String(shown.at(-1)?.seq ?? after ?? 0) };
  }

  async #find(queue: string, id: string): Promise<StoredMsg | undefined> {
    const query = { last_by_subj: subjectsOf(queue).dead(encodeToken(id)) };
    return (await unlessMissing(this.#link.jsm.streams.getMessage(streamsOf(queue).dead, query))) ?? undefined;
  }

  /** Erases the message on disk too: a killed nats-server 2.9 can forget the deletions of its last two seconds. */
  async #remove(queue: string, sequence: number): Promise<boolean> {
    const removed = this.#link.jsm.streams.deleteMessage(streamsOf(queue).dead, sequence);
    return (await unlessMissing(removed)) ?? false;
  }
}

const toLetter = ({ header, data }: StoredMsg): DeadLetter => readDeadLetter(header, data);

/** Undefined when the queue was never used, or when another process deleted the dead letter first. */
async function unlessMissing<T>(done: Promise<T>): Promise<T | undefined> {
  try {
    return await done;
  } catch (error) {
    if (isMissing(error) || codeOf(error) === apiCode.sequenceNotFound) return undefined;
    throw error;
  }
}
