import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

import { makeDurable } from '../durability.js';
import { isBusy } from '../errors.js';
import { monotonicMs, type ThreadOptions } from '../wire.js';
import { migrate } from './schema.js';

/**
 * How long SQLite itself waits for a lock. It is short because SQLite sleeps longer with each try: the request loop
 * tries again sooner, and receives new requests in between.
 */
const busyTimeoutMs = 5;

/** How long to wait before opening is tried again, while another process holds the lock. */
const openAgainMs = 10;

/** Opens the database, makes it survive power cuts, and brings its tables up to date. */
export async function openDatabase({ path, timeoutMs }: ThreadOptions): Promise<DatabaseSync> {
  const deadline = monotonicMs() + timeoutMs;
  for (;;) {
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    try {
      makeDurable(database);
      // Without it, the journal keeps the size of the largest burst for good.
      database.exec('PRAGMA journal_size_limit = 67108864');
      migrate(database);
      return database;
    } catch (error) {
      database.close();
      if (!isBusy(error) || monotonicMs() > deadline) throw error;
    }
    await delay(openAgainMs);
  }
}
