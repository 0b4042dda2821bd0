import type { DatabaseSync } from 'node:sqlite';

import { dedupeWindowMs } from '@later/transport-contract';

/** How many ids one purge deletes. Up to 20 purges a second keep up with 20,000 messages a second. */
const purgedAtOnce = 1_000;

/** Deletes the body of a message at once, and its id after the dedupe window. */
export function prepareForget(database: DatabaseSync): (seq: number) => void {
  const deleteBody = database.prepare('DELETE FROM body WHERE seq = ?');
  const markDone = database.prepare(`
    UPDATE message SET state = 'done', token = NULL, reason = NULL, died_at = NULL
    WHERE seq = ? AND published_at > ?`);
  const deleteMessage = database.prepare('DELETE FROM message WHERE seq = ?');
  return (seq) => {
    deleteBody.run(seq);
    if (markDone.run(seq, Date.now() - dedupeWindowMs).changes === 0) deleteMessage.run(seq);
  };
}

export interface Purge {
  /** Whether an id is older than the dedupe window. */
  readonly isDue: () => boolean;
  readonly purge: () => void;
}

/** The background work that deletes ids older than the dedupe window. */
export function preparePurge(database: DatabaseSync): Purge {
  const stale = "FROM message WHERE state = 'done' AND published_at <= ?";
  const any = database.prepare(`SELECT 1 ${stale} LIMIT 1`);
  const purge = database.prepare(
    `DELETE FROM message WHERE seq IN (SELECT seq ${stale} ORDER BY published_at LIMIT ${purgedAtOnce})`,
  );
  const oldest = (): number => Date.now() - dedupeWindowMs;
  return { isDue: () => any.get(oldest()) !== undefined, purge: () => void purge.run(oldest()) };
}
