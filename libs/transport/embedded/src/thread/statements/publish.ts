import type { DatabaseSync } from 'node:sqlite';

import { dedupeWindowMs } from '@later/transport-contract';

import type { Operations } from '../../wire.js';

export function preparePublish(database: DatabaseSync): Pick<Operations, 'publish'> {
  // The conflict clause reuses an id that is older than the dedupe window but not purged yet.
  const insert = database.prepare(`
    INSERT INTO message (queue, lane, id, state, visible_at, published_at)
    VALUES (:queue, :lane, :id, :state, :visibleAt, :now)
    ON CONFLICT (queue, id) DO UPDATE
      SET lane = :lane, state = :state, visible_at = :visibleAt, published_at = :now, attempt = 0
      WHERE message.state = 'done' AND message.published_at <= :now - ${dedupeWindowMs}
    RETURNING seq`);
  const insertBody = database.prepare('INSERT INTO body (seq, bytes) VALUES (?, ?)');

  return {
    publish(queue, { lane, id, body, notBefore }) {
      const now = Date.now();
      const visibleAt = Math.max(now, notBefore?.getTime() ?? 0);
      const state = visibleAt > now ? 'delayed' : 'ready';
      const stored = insert.get({ queue, lane, id, state, visibleAt, now });
      if (stored) insertBody.run(Number(stored['seq']), body);
    },
  };
}
