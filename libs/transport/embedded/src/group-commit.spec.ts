import { DatabaseSync } from 'node:sqlite';

import { beforeEach, expect, test } from 'vitest';

import { GroupCommit } from './group-commit.js';
import { operationsOn } from './operations.js';
import type { Request } from './protocol.js';
import { migrate } from './schema.js';
import { purging } from './statements/forget.js';

let database: DatabaseSync;
let commit: GroupCommit;

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  migrate(database);
  commit = new GroupCommit(database, operationsOn(database, purging(database)));
});

function publish(number: number, bytes: number): Request {
  const message = { id: `m${number}`, lane: 'figlet', body: new Uint8Array(bytes) };
  return { number, name: 'publish', args: ['calls', message], deadline: Infinity };
}

test('a message that the disk has no room for does not fail the others of its group', () => {
  database.exec('PRAGMA max_page_count = 100');
  const answers = commit.write([publish(1, 10), publish(2, 1_000_000), publish(3, 10)]);
  expect(answers).toEqual([
    { number: 1, value: undefined },
    { number: 2, failure: 'full', message: 'database or disk is full' },
    { number: 3, value: undefined },
  ]);
  const depth: Request = { number: 4, name: 'depth', args: ['calls'], deadline: Infinity };
  expect(commit.read(depth)).toMatchObject({ value: { waiting: 2 } });
});
