import { join } from 'node:path';

/** The file with all queues. SQLite adds its `-wal` and `-shm` files beside it. */
export const databasePath = (dataDir: string): string => join(dataDir, 'later.db');

/** The channel on which the database threads of one process announce their commits to each other. */
export const commitChannel = (path: string): string => `later-embedded:${path}`;
