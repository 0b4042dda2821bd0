import type { DatabaseSync } from 'node:sqlite';

/**
 * The states of a message:
 *
 *    delayed --(visible_at)--> ready --take--> held --ack--> done --(dedupe window)--> deleted
 *       ^                        ^              |  \
 *       +------- retry ----------+--------------+   +--dead letter--> dead --redrive--> ready
 *
 * - `held`: only the consumer that knows `token` may settle it. After `visible_at` it is ready again.
 * - `done`: the body is deleted; the id is kept for the dedupe window.
 *
 * Each partial index holds only the states that its queries need, so that a backlog, delayed messages or kept ids do
 * not slow the other queries. Bodies have their own table, because SQLite rewrites the whole row with every change.
 */
const firstSchema = `
  CREATE TABLE message (
    seq INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    lane TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'delayed', 'held', 'done', 'dead')),
    visible_at INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    token INTEGER,
    reason TEXT,
    died_at INTEGER,
    UNIQUE (queue, id)
  ) STRICT;
  CREATE INDEX message_ready ON message (queue, lane, visible_at) WHERE state = 'ready';
  CREATE INDEX message_timed ON message (queue, visible_at, state, lane) WHERE state IN ('delayed', 'held');
  CREATE INDEX message_done ON message (published_at) WHERE state = 'done';
  CREATE INDEX message_dead ON message (queue, died_at) WHERE state = 'dead';
  CREATE TABLE body (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
`;

/** Each step raises the schema by one version. Never change a released step: add the next one. */
const steps = [firstSchema];

/** Creates the tables or brings them up to date. Throws when a newer version of Later created them. */
export function migrate(database: DatabaseSync): void {
  if (versionOf(database) === steps.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Reads it again: another process may have migrated while this one waited for the lock.
    const version = versionOf(database);
    if (version > steps.length) throw new Error(`made by a newer version of Later (schema ${version})`);
    for (const step of steps.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${steps.length}; COMMIT`);
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}
