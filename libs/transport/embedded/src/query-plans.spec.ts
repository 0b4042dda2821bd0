import { DatabaseSync, type StatementSync } from 'node:sqlite';

import { expect, test } from 'vitest';

import { operationsOn } from './operations.js';
import { migrate } from './schema.js';
import { purging } from './statements/forget.js';
import { nextVisible } from './statements/take.js';

/** Remembers each statement that the driver prepares, to ask how SQLite would run it. */
class ListeningDatabase extends DatabaseSync {
  readonly statements: string[] = [];

  override prepare(sql: string): StatementSync {
    this.statements.push(sql);
    return super.prepare(sql);
  }
}

test('no statement reads a whole table or sorts what an index could give in order', () => {
  const database = new ListeningDatabase(':memory:');
  migrate(database);
  database.statements.length = 0;
  operationsOn(database, purging(database));
  nextVisible(database);
  const statements = [...database.statements];
  expect(statements.length).toBeGreaterThan(15);
  for (const sql of statements) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    const steps = plan.map(({ detail }) => String(detail)).join('\n');
    expect(steps, sql).not.toMatch(/SCAN (message|body)/);
    expect(steps, sql).not.toContain('FOR ORDER BY');
  }
});
