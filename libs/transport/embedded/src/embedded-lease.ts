import type { Lease } from '@later/transport-contract';

import type { DatabaseClient } from './database-client.js';
import type { TakenMessage } from './protocol.js';

/** A message that was taken, as the contract's consumer holds it. */
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
