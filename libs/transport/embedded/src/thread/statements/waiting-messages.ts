import type { DatabaseSync } from 'node:sqlite';

import type { Operations } from '../../wire.js';

interface LaneCount {
  readonly lane: string;
  readonly held: number;
  readonly count: number;
}

/** Counts and removes waiting messages. A held message whose ack wait has passed counts as waiting. */
export function prepareWaitingMessages(
  database: DatabaseSync,
  forget: (seq: number) => void,
): Pick<Operations, 'depth' | 'remove'> {
  const countByLane = database.prepare(`
    SELECT lane, 0 AS held, count(*) AS count FROM message
      WHERE queue = :queue AND state = 'ready' GROUP BY lane
    UNION ALL
    SELECT lane, state = 'held' AND visible_at > :now AS held, count(*) AS count FROM message
      WHERE queue = :queue AND state IN ('delayed', 'held') GROUP BY lane, held`);
  const countDead = database.prepare("SELECT count(*) AS count FROM message WHERE queue = ? AND state = 'dead'");
  const findWaiting = database.prepare(`
    SELECT seq FROM message WHERE queue = :queue AND id = :id
      AND (state IN ('ready', 'delayed') OR state = 'held' AND visible_at <= :now)`);

  return {
    depth(queue) {
      const lanes = new Map<string, number>();
      let inFlight = 0;
      for (const row of countByLane.all({ queue, now: Date.now() }) as unknown as LaneCount[]) {
        if (row.held) inFlight += row.count;
        else lanes.set(row.lane, (lanes.get(row.lane) ?? 0) + row.count);
      }
      const total = [...lanes.values()].reduce((sum, count) => sum + count, 0);
      return { waiting: total, inFlight, deadLetters: Number(countDead.get(queue)?.['count']), lanes };
    },
    remove(queue, id) {
      const row = findWaiting.get({ queue, id, now: Date.now() });
      if (row) forget(Number(row['seq']));
      return row !== undefined;
    },
  };
}
