import type { DatabaseSync } from 'node:sqlite';

/**
 * A message is `ready` (may be taken), `delayed` (until `visible_at`), `held` (by whoever knows `token`, until
 * `visible_at`), `done` (only its id is kept, for the dedupe window) or `dead`. Each partial index holds the states
 * that one question is about, so that neither backlog, nor delayed messages, nor markers slow the others down.
 *
 * Bodies have a table of their own: SQLite rewrites the whole row for each change of state.
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

/** Each step takes the schema one version on. Never change one that was released: add the next. */
const steps = [firstSchema];

/** Makes the tables or brings them up to date. Throws when a newer version of Later made them. */
export function migrate(database: DatabaseSync): void {
  if (versionOf(database) === steps.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Read again: another process may have done it while we waited for the lock.
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
