import { randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import type { Operations, TakenMessage, TakeOptions } from '../../wire.js';

/** How many delayed or abandoned messages one take makes ready: more than a consumer holds, and still a short step. */
const promotedAtOnce = 256;

interface Head {
  readonly seq: number;
  readonly lane: string;
  readonly id: string;
  readonly attempt: number;
}

export function prepareTake(database: DatabaseSync): Pick<Operations, 'take'> {
  // Keeps the token: a slow consumer may still settle until another one takes the message.
  const promote = database.prepare(`
    UPDATE message SET state = 'ready' WHERE seq IN (
      SELECT seq FROM message
      WHERE queue = ? AND state IN ('delayed', 'held') AND visible_at <= ?
      ORDER BY visible_at LIMIT ${promotedAtOnce})`);
  // One step along the index to the next lane with work, without reading the backlog of the lane before it.
  const nextHead = database.prepare(`
    SELECT seq, lane, id, attempt FROM message
    WHERE queue = ? AND state = 'ready' AND lane > ?
    ORDER BY lane, visible_at, seq LIMIT 1`);
  const hold = database.prepare(
    "UPDATE message SET state = 'held', token = ?, visible_at = ?, attempt = attempt + 1 WHERE seq = ?",
  );
  const readBody = database.prepare('SELECT bytes FROM body WHERE seq = ?');

  return {
    take(options) {
      const now = Date.now();
      const token = randomInt(2 ** 47);
      promote.run(options.queue, now);
      const taken: TakenMessage[] = [];
      for (const { seq, lane, id, attempt } of headsInTurn(options)) {
        hold.run(token, now + options.ackWaitMs, seq);
        const body = readBody.get(seq)?.['bytes'] as Uint8Array;
        taken.push({ seq, token, lane, id, body, attempt: attempt + 1 });
      }
      return taken;
    },
  };

  /** Yields one message of each lane in turn, until no capacity or no message is left. The caller holds each at once. */
  function* headsInTurn({ queue, afterLane, capacity, capacityPerLane, capacityByLane }: TakeOptions): Generator<Head> {
    const takenByLane = new Map<string, number>();
    let left = capacity;
    let lane = afterLane;
    let [fromTheStart, foundAny] = [false, false];
    while (left > 0) {
      const head = nextHead.get(queue, lane) as Head | undefined;
      if (!head) {
        if (fromTheStart && !foundAny) return;
        [lane, fromTheStart, foundAny] = ['', true, false];
        continue;
      }
      lane = head.lane;
      const taken = takenByLane.get(lane) ?? 0;
      if (taken >= (capacityByLane.get(lane) ?? capacityPerLane)) continue;
      takenByLane.set(lane, taken + 1);
      foundAny = true;
      left--;
      yield head;
    }
  }
}

/** When the next delayed or held message of a queue may be taken, in ms of the wall clock; `Infinity` if there is none. */
export function prepareNextVisible(database: DatabaseSync): (queue: string) => number {
  const first = database.prepare(`
    SELECT visible_at FROM message WHERE queue = ? AND state IN ('delayed', 'held') ORDER BY visible_at LIMIT 1`);
  return (queue) => Number(first.get(queue)?.['visible_at'] ?? Infinity);
}
