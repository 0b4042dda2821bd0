import { DatabaseSync } from 'node:sqlite';

import { beforeEach, expect, test } from 'vitest';

import type { ThreadRequest } from '../wire.js';
import { GroupCommit } from './group-commit.js';
import { prepareOperations } from './operations.js';
import { migrate } from './schema.js';
import { preparePurge } from './statements/forget.js';

let database: DatabaseSync;
let commit: GroupCommit;

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  migrate(database);
  commit = new GroupCommit(database, prepareOperations(database, preparePurge(database)));
});

function publish(number: number, bytes: number): ThreadRequest {
  const message = { id: `m${number}`, lane: 'figlet', body: new Uint8Array(bytes) };
  return { number, name: 'publish', args: ['calls', message], deadline: Infinity };
}

test('a message too large for the disk fails alone, the others of its group are stored', () => {
  database.exec('PRAGMA max_page_count = 100');
  const replies = commit.write([publish(1, 10), publish(2, 1_000_000), publish(3, 10)]);
  expect(replies).toEqual([
    { number: 1, value: undefined },
    { number: 2, failure: 'full', message: 'database or disk is full' },
    { number: 3, value: undefined },
  ]);
  const depth: ThreadRequest = { number: 4, name: 'depth', args: ['calls'], deadline: Infinity };
  expect(commit.read(depth)).toMatchObject({ value: { waiting: 2 } });
});
