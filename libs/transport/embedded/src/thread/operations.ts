import type { DatabaseSync } from 'node:sqlite';

import type { Operations } from '../wire.js';
import { prepareDeadLetters } from './statements/dead-letters.js';
import { prepareForget, type Purge } from './statements/forget.js';
import { preparePublish } from './statements/publish.js';
import { prepareSettle } from './statements/settle.js';
import { prepareTake } from './statements/take.js';
import { prepareWaitingMessages } from './statements/waiting-messages.js';

/** Prepares the statements of all operations on one open database. */
export function prepareOperations(database: DatabaseSync, { purge }: Purge): Operations {
  const forget = prepareForget(database);
  return {
    ...preparePublish(database),
    ...prepareTake(database),
    ...prepareSettle(database, forget),
    ...prepareWaitingMessages(database, forget),
    ...prepareDeadLetters(database, forget),
    purge,
    ping: () => undefined,
  };
}

/** These need no transaction: in WAL mode they read the last commit, even while another process writes. */
export const readOnly: ReadonlySet<keyof Operations> = new Set(['depth', 'listDeadLetters', 'readDeadLetter']);

/** These may make a message ready. */
export const makesReady: ReadonlySet<keyof Operations> = new Set([
  'publish',
  'settle',
  'giveBack',
  'redriveDeadLetter',
]);
