import type { DatabaseSync } from 'node:sqlite';

import { dedupeWindowMs } from '@later/transport-contract';

/** How many markers one purge deletes: five times a second, it keeps up with 5,000 messages a second. */
const purgedAtOnce = 1_000;

/** Ends a message: its body goes at once, its id when the dedupe window has passed. */
export function forgetting(database: DatabaseSync): (seq: number) => void {
  const deleteBody = database.prepare('DELETE FROM body WHERE seq = ?');
  const mark = database.prepare(`
    UPDATE message SET state = 'done', token = NULL, reason = NULL, died_at = NULL
    WHERE seq = ? AND published_at > ?`);
  const deleteMessage = database.prepare('DELETE FROM message WHERE seq = ?');
  return (seq) => {
    deleteBody.run(seq);
    if (mark.run(seq, Date.now() - dedupeWindowMs).changes === 0) deleteMessage.run(seq);
  };
}

export interface Purging {
  /** Whether there is anything to purge. */
  readonly isDue: () => boolean;
  readonly purge: () => void;
}

/** The background work that takes ids past the dedupe window out of the database. */
export function purging(database: DatabaseSync): Purging {
  const stale = "FROM message WHERE state = 'done' AND published_at <= ?";
  const any = database.prepare(`SELECT 1 ${stale} LIMIT 1`);
  const purge = database.prepare(
    `DELETE FROM message WHERE seq IN (SELECT seq ${stale} ORDER BY published_at LIMIT ${purgedAtOnce})`,
  );
  const edge = (): number => Date.now() - dedupeWindowMs;
  return { isDue: () => any.get(edge()) !== undefined, purge: () => void purge.run(edge()) };
}
