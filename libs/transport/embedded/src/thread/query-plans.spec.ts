import { DatabaseSync, type StatementSync } from 'node:sqlite';

import { expect, test } from 'vitest';

import { prepareOperations } from './operations.js';
import { migrate } from './schema.js';
import { preparePurge } from './statements/forget.js';
import { prepareNextVisible } from './statements/take.js';

/** Records each statement that the driver prepares, so that the test can read its query plan. */
class RecordingDatabase extends DatabaseSync {
  readonly statements: string[] = [];

  override prepare(sql: string): StatementSync {
    this.statements.push(sql);
    return super.prepare(sql);
  }
}

test('no statement reads a whole table or sorts without an index', () => {
  const database = new RecordingDatabase(':memory:');
  migrate(database);
  database.statements.length = 0;
  prepareOperations(database, preparePurge(database));
  prepareNextVisible(database);
  const statements = [...database.statements];
  expect(statements.length).toBeGreaterThan(15);
  for (const sql of statements) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const steps = plan.map(({ detail }) => String(detail)).join('\n');
    expect(steps, sql).not.toMatch(/SCAN (message|body)/);
    expect(steps, sql).not.toContain('FOR ORDER BY');
  }
});
