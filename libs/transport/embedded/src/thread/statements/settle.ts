import type { DatabaseSync } from 'node:sqlite';

import type { LeaseKey, Operations } from '../../wire.js';

/** Every statement compares the token: a consumer that lost its lease changes nothing. */
export function prepareSettle(
  database: DatabaseSync,
  forget: (seq: number) => void,
): Pick<Operations, 'extend' | 'settle' | 'giveBack'> {
  const extend = database.prepare(
    "UPDATE message SET state = 'held', visible_at = :until WHERE seq = :seq AND token = :token",
  );
  const isOurs = database.prepare('SELECT 1 FROM message WHERE seq = :seq AND token = :token');
  const retry = database.prepare(
    'UPDATE message SET state = :state, visible_at = :visibleAt, attempt = attempt - :uncounted, token = NULL ' +
      'WHERE seq = :seq AND token = :token',
  );
  const deadLetter = database.prepare(`
    UPDATE message SET state = 'dead', reason = :reason, died_at = :now, token = NULL
    WHERE seq = :seq AND token = :token`);
  // Puts it back in its old place in the lane, which is its time of publication.
  const giveBack = database.prepare(`
    UPDATE message SET state = 'ready', visible_at = published_at, attempt = attempt - 1, token = NULL
    WHERE seq = :seq AND token = :token`);

  function retryAfter(lease: LeaseKey, afterMs: number, counted: boolean): void {
    const now = Date.now();
    const visibleAt = Math.max(now, Math.ceil(now + afterMs));
    const state = visibleAt > now ? 'delayed' : 'ready';
    retry.run({ ...keyOf(lease), visibleAt, state, uncounted: counted ? 0 : 1 });
  }

  return {
    extend: (lease, ackWaitMs) => extend.run({ ...keyOf(lease), until: Date.now() + ackWaitMs }).changes === 1,
    settle(lease, outcome) {
      if (outcome.kind === 'retry') retryAfter(lease, outcome.afterMs, outcome.counted !== false);
      else if (outcome.kind === 'dead-letter')
        deadLetter.run({ ...keyOf(lease), reason: outcome.reason, now: Date.now() });
      else if (isOurs.get(keyOf(lease))) forget(lease.seq);
    },
    giveBack: (lease) => void giveBack.run(keyOf(lease)),
  };
}

/** SQLite refuses parameters that a statement does not name, and a taken message has more fields than its key. */
function keyOf({ seq, token }: LeaseKey): { seq: number; token: number } {
  return { seq, token };
}
