import type { DatabaseSync } from 'node:sqlite';

import type { Operations } from './protocol.js';
import { deadLettering } from './statements/dead-letters.js';
import { forgetting, type Purging } from './statements/forget.js';
import { publishing } from './statements/publish.js';
import { settling } from './statements/settle.js';
import { taking } from './statements/take.js';
import { waiting } from './statements/waiting.js';

/** All operations on one open database, their statements prepared once. */
export function operationsOn(database: DatabaseSync, { purge }: Purging): Operations {
  const forget = forgetting(database);
  return {
    ...publishing(database),
    ...taking(database),
    ...settling(database, forget),
    ...waiting(database, forget),
    ...deadLettering(database, forget),
    purge,
    ping: () => undefined,
  };
}

/** These need no transaction: in WAL mode they see the last commit, whoever is writing. */
export const readOnly: ReadonlySet<keyof Operations> = new Set(['depth', 'listDeadLetters', 'readDeadLetter']);

/** These may leave a message ready that was not. */
export const makesReady: ReadonlySet<keyof Operations> = new Set([
  'publish',
  'settle',
  'giveBack',
  'redriveDeadLetter',
]);
