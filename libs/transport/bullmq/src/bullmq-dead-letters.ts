import type { DeadLetter, DeadLetterPage, DeadLetters, Lease } from '@later/transport-contract';

import type { BullMqConnection } from './bullmq-connection.js';
import type { BullMqLane } from './bullmq-lane.js';
import { decode, encode, jobIdOf, queueKeys } from './keys.js';
import type { Lanes } from './lanes.js';
import { decodeBody } from './message-job.js';
import { explained } from './redis-errors.js';
import { runScript } from './scripts.js';

/**
 * Dead letters are jobs put aside, under keys that BullMQ does not know, with one sorted set per queue in the order of
 * their deaths. Its own failed jobs are per lane, and would keep their ids from ever being published again.
 */
export class BullMqDeadLetters implements DeadLetters {
  readonly #connection: BullMqConnection;
  readonly #lanes: Lanes;

  constructor(connection: BullMqConnection, lanes: Lanes) {
    this.#connection = connection;
    this.#lanes = lanes;
  }

  /** Moves a held job here; nothing happens when it is no longer held under this token. */
  async bury(
    lane: BullMqLane,
    { message: { id }, attempt }: Lease,
    { jobId, token, reason }: { readonly jobId: string; readonly token: string; readonly reason: string },
  ): Promise<void> {
    const { dead, deadCount, deadLetter } = queueKeys(lane.queue);
    await runScript(this.#connection.client, 'laterBury', [
      ...[lane.key(jobId), deadLetter(id), dead, deadCount, lane.key('active'), lane.key('stalled')],
      ...[token, jobId, encode(id), encode(lane.lane), reason, attempt, Date.now()],
    ]);
  }

  list(queue: string, { limit, after = '0' }: { limit: number; after?: string }): Promise<DeadLetterPage> {
    return explained(queue, async () => {
      const { redis } = this.#connection;
      const { dead } = queueKeys(queue);
      // One more than asked for, to know whether there is a next page.
      const found = await redis.zrange(dead, `(${after}`, '+inf', 'BYSCORE', 'LIMIT', 0, limit + 1, 'WITHSCORES');
      const [ids, counts] = [found.filter((_, index) => index % 2 === 0), found.filter((_, index) => index % 2 === 1)];
      const letters = await Promise.all(ids.slice(0, limit).map((id) => this.#read(queue, decode(id))));
      const next = ids.length > limit ? counts[limit - 1] : undefined;
      return { entries: letters.filter((letter) => letter !== undefined), ...(next !== undefined && { next }) };
    });
  }

  read(queue: string, id: string): Promise<DeadLetter | undefined> {
    return explained(queue, () => this.#read(queue, id));
  }

  redrive(queue: string, id: string): Promise<boolean> {
    return explained(queue, async () => {
      const letter = await this.#read(queue, id);
      if (!letter) return false;
      const { dead, deadLetter, lanes, wake } = queueKeys(queue);
      const lane = this.#lanes.get(queue, letter.lane);
      const answer = await runScript(this.#connection.client, 'laterRedrive', [
        ...[lane.key(jobIdOf(id)), deadLetter(id), dead, lane.key('wait'), lanes, lane.key('meta'), wake],
        ...[jobIdOf(id), encode(id), encode(letter.lane)],
      ]);
      return answer === 1;
    });
  }

  delete(queue: string, id: string): Promise<boolean> {
    return explained(queue, async () => {
      const { dead, deadLetter } = queueKeys(queue);
      return (await runScript(this.#connection.client, 'laterForget', [deadLetter(id), dead, encode(id)])) === 1;
    });
  }

  async #read(queue: string, id: string): Promise<DeadLetter | undefined> {
    const record = await this.#connection.redis.hgetall(queueKeys(queue).deadLetter(id));
    return record['data'] === undefined ? undefined : toDeadLetter(id, record);
  }
}

const toDeadLetter = (id: string, record: Record<string, string>): DeadLetter => ({
  id,
  lane: decode(record['lane'] ?? ''),
  body: decodeBody(record['data'] ?? ''),
  reason: record['reason'] ?? '',
  attempt: Number(record['attempt']),
  diedAt: new Date(Number(record['diedAt'])),
});
