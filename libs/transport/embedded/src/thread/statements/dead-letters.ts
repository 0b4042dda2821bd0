import type { DatabaseSync } from 'node:sqlite';

import type { DeadLetter } from '@later/transport-contract';

import type { Operations } from '../../wire.js';

type DeadLetterOperations = Pick<
  Operations,
  'listDeadLetters' | 'readDeadLetter' | 'redriveDeadLetter' | 'deleteDeadLetter'
>;

interface DeadRow extends Omit<DeadLetter, 'diedAt'> {
  readonly seq: number;
  readonly died_at: number;
}

export function prepareDeadLetters(database: DatabaseSync, forget: (seq: number) => void): DeadLetterOperations {
  const columns = `seq, id, lane, bytes AS body, reason, attempt, died_at FROM message JOIN body USING (seq)`;
  const list = database.prepare(`
    SELECT ${columns} WHERE queue = ? AND state = 'dead' AND (died_at, seq) > (?, ?) ORDER BY died_at, seq LIMIT ?`);
  const read = database.prepare(`SELECT ${columns} WHERE queue = ? AND id = ? AND state = 'dead'`);
  const redrive = database.prepare(`
    UPDATE message SET state = 'ready', visible_at = ?, attempt = 0, reason = NULL, died_at = NULL
    WHERE queue = ? AND id = ? AND state = 'dead'`);
  const find = database.prepare("SELECT seq FROM message WHERE queue = ? AND id = ? AND state = 'dead'");

  return {
    listDeadLetters(queue, limit, after = '0:0') {
      const [diedAt = 0, seq = 0] = after.split(':').map(Number);
      // One row more than requested shows whether there is a next page.
      const rows = list.all(queue, diedAt, seq, limit + 1) as unknown as DeadRow[];
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last ? { next: `${last.died_at}:${last.seq}` } : {};
      return { entries: page.map(deadLetterOf), ...next };
    },
    readDeadLetter(queue, id) {
      const row = read.get(queue, id) as unknown as DeadRow | undefined;
      return row && deadLetterOf(row);
    },
    redriveDeadLetter: (queue, id) => redrive.run(Date.now(), queue, id).changes === 1,
    deleteDeadLetter(queue, id) {
      const row = find.get(queue, id);
      if (row) forget(Number(row['seq']));
      return row !== undefined;
    },
  };
}

function deadLetterOf({ id, lane, body, reason, attempt, died_at }: DeadRow): DeadLetter {
  return { id, lane, body, reason, attempt, diedAt: new Date(died_at) };
}
