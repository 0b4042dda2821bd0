import type { Lease } from '@later/transport-contract';

import type { DatabaseClient } from './thread/database-client.js';
import type { TakenMessage } from './wire.js';

/** Makes the lease of a message that was taken. */
export function leaseOf(database: DatabaseClient, taken: TakenMessage, ackWaitMs: number): Lease {
  const { seq, token, attempt, ...message } = taken;
  const key = { seq, token };
  return {
    message,
    attempt,
    extend: () => database.request('extend', [key, ackWaitMs]),
    settle: (outcome) => database.request('settle', [key, outcome]),
  };
}
