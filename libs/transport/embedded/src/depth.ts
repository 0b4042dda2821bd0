import type { Depth } from '@later/transport-contract';

import type { DatabaseClient } from './thread/database-client.js';

/** Counts the messages of a queue as of the last commit. */
export function readDepth(database: DatabaseClient, queue: string): Promise<Depth> {
  return database.request('depth', [queue]);
}
