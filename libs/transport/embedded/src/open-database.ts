import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

import { monotonicMs, type ThreadOptions } from './protocol.js';
import { migrate } from './schema.js';
import { isBusy } from './sqlite-errors.js';

/**
 * How long SQLite itself waits for a lock. Short, because it waits in ever longer naps: the request loop tries again
 * sooner than that, and hears of new requests in between.
 */
const busyTimeoutMs = 5;

/** Opens the database, in the one mode that survives power cuts, and brings its tables up to date. */
export async function openDatabase({ path, timeoutMs }: ThreadOptions): Promise<DatabaseSync> {
  const deadline = monotonicMs() + timeoutMs;
  for (;;) {
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    try {
      const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
      // Network file systems have no shared memory, and SQLite says so only in what it answers.
      if (mode !== 'wal') throw new Error('its file system cannot be used: it must be a local one');
      // NORMAL lost jobs on power cuts: shared/design/reliability.md, "Measured facts".
      database.exec('PRAGMA synchronous = FULL');
      // A burst must not leave its high-water mark on the disk for good.
      database.exec('PRAGMA journal_size_limit = 67108864');
      migrate(database);
      return database;
    } catch (error) {
      database.close();
      if (!isBusy(error) || monotonicMs() > deadline) throw error;
    }
    await delay(10);
  }
}
