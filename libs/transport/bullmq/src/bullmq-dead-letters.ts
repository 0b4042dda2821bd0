import type { DeadLetter, DeadLetterPage, DeadLetters, Lease } from '@later/transport-contract';

import type { Announcer } from './announcer.js';
import type { BullMqConnection } from './bullmq-connection.js';
import type { BullMqLane } from './bullmq-lane.js';
import { decode, encode, queueKeys } from './keys.js';
import type { Lanes } from './lanes.js';
import { decodeBody } from './message-job.js';
import { explained } from './redis-errors.js';
import { addScript, execute, runScript } from './scripts.js';

/**
 * Dead letters live outside BullMQ, one hash each and one sorted set per queue in the order of their deaths: its own
 * failed jobs are per lane, and would keep their ids from ever being published again.
 */
export class BullMqDeadLetters implements DeadLetters {
  readonly #connection: BullMqConnection;
  readonly #lanes: Lanes;
  readonly #announcer: Announcer;

  constructor(connection: BullMqConnection, lanes: Lanes, announcer: Announcer) {
    this.#connection = connection;
    this.#lanes = lanes;
    this.#announcer = announcer;
  }

  /** Moves a held job here; nothing happens when it is no longer held under this token. */
  async bury(
    lane: BullMqLane,
    { message: { id }, attempt }: Lease,
    { jobId, token, reason }: { readonly jobId: string; readonly token: string; readonly reason: string },
  ): Promise<void> {
    const { dead, deadCount, deadLetter } = queueKeys(lane.queue);
    const multi = this.#connection.client.multi();
    addScript(multi, 'laterBury', [
      ...[lane.jobKey(jobId), deadLetter(id), dead, deadCount],
      ...[token, encode(id), encode(lane.lane), reason, attempt, Date.now()],
    ]);
    lane.addCompletion(multi, jobId, token);
    await execute(multi);
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
      const { dead, deadLetter } = queueKeys(queue);
      const { redis, client } = this.#connection;
      const record = await redis.hgetall(deadLetter(id));
      if (record['data'] === undefined) return false;
      const message = toDeadLetter(id, record);
      const multi = client.multi();
      addScript(multi, 'laterForget', [deadLetter(id), dead, encode(id)]);
      // Of two that redrive this one at the same time, the second stores nothing.
      void this.#lanes.get(queue, message.lane).store(message, `${encode(id)}/redrive/${record['count']}`, multi);
      const [forgotten] = await execute(multi);
      await this.#announcer.announce(queue, message.lane);
      return forgotten === 1;
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
