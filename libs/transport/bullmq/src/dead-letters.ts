import type { DeadLetter, DeadLetterPage, DeadLetters } from '@later/transport-contract';

import { withTransportErrors } from './errors.js';
import type { Lanes } from './lanes/lanes.js';
import type { BullMqLink } from './link/link.js';
import { runScript } from './link/scripts.js';
import { decodeName, encodeName, jobIdOf, queueKeys } from './names.js';
import { decodeBody } from './wire.js';

/**
 * Dead letters are jobs under keys that BullMQ does not know, with one sorted set per queue, oldest first. BullMQ's own
 * failed jobs are not used: they are kept per lane, and their ids could never be published again.
 */
export class BullMqDeadLetters implements DeadLetters {
  readonly #link: BullMqLink;
  readonly #lanes: Lanes;

  constructor(link: BullMqLink, lanes: Lanes) {
    this.#link = link;
    this.#lanes = lanes;
  }

  list(
    queue: string,
    { limit, after = '0' }: { readonly limit: number; readonly after?: string },
  ): Promise<DeadLetterPage> {
    return withTransportErrors(queue, async () => {
      const { dead } = queueKeys(queue);
      // Reads one entry more than the limit to find out whether there is a next page.
      const page = ['LIMIT', 0, limit + 1, 'WITHSCORES'] as const;
      const found = await this.#link.redis.zrange(dead, `(${after}`, '+inf', 'BYSCORE', ...page);
      const [ids, scores] = [found.filter((_, index) => index % 2 === 0), found.filter((_, index) => index % 2 === 1)];
      const letters = await Promise.all(ids.slice(0, limit).map((id) => this.#read(queue, decodeName(id))));
      const next = ids.length > limit ? scores[limit - 1] : undefined;
      return { entries: letters.filter((letter) => letter !== undefined), ...(next !== undefined && { next }) };
    });
  }

  read(queue: string, id: string): Promise<DeadLetter | undefined> {
    return withTransportErrors(queue, () => this.#read(queue, id));
  }

  redrive(queue: string, id: string): Promise<boolean> {
    return withTransportErrors(queue, async () => {
      const letter = await this.#read(queue, id);
      if (!letter) return false;
      const { dead, deadLetter, lanes, wake } = queueKeys(queue);
      const lane = this.#lanes.get(queue, letter.lane);
      const answer = await runScript(this.#link.client, 'laterRedrive', [
        ...[lane.key(jobIdOf(id)), deadLetter(id), dead, lane.key('wait'), lanes, lane.key('meta'), wake],
        ...[jobIdOf(id), encodeName(id), encodeName(letter.lane)],
      ]);
      return answer === 1;
    });
  }

  delete(queue: string, id: string): Promise<boolean> {
    return withTransportErrors(queue, async () => {
      const { dead, deadLetter } = queueKeys(queue);
      const args = [deadLetter(id), dead, encodeName(id)];
      return (await runScript(this.#link.client, 'laterDeleteDeadLetter', args)) === 1;
    });
  }

  async #read(queue: string, id: string): Promise<DeadLetter | undefined> {
    const record = await this.#link.redis.hgetall(queueKeys(queue).deadLetter(id));
    return record['data'] === undefined ? undefined : toDeadLetter(id, record);
  }
}

const toDeadLetter = (id: string, record: Record<string, string>): DeadLetter => ({
  id,
  lane: decodeName(record['lane'] ?? ''),
  body: decodeBody(record['data'] ?? ''),
  reason: record['reason'] ?? '',
  attempt: Number(record['attempt']),
  diedAt: new Date(Number(record['diedAt'])),
});
