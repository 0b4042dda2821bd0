import type { DatabaseSync } from 'node:sqlite';

/** The level that every database has once `makeDurable` has run: this driver offers no weaker one. */
export const durability = 'power';

/**
 * Sets the one mode in which a committed transaction survives a power cut. With `synchronous = NORMAL`, a power cut
 * lost acknowledged messages in our measurements.
 */
export function makeDurable(database: DatabaseSync): void {
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  // Network file systems have no shared memory. SQLite reports that only in the mode that it returns.
  if (mode !== 'wal') throw new Error('its file system cannot be used: it must be a local one');
  database.exec('PRAGMA synchronous = FULL');
}
