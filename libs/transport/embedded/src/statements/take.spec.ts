import { DatabaseSync } from 'node:sqlite';

import { deadLetter, retry } from '@later/transport-contract';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { operationsOn } from '../operations.js';
import type { Operations, TakenMessage, Wanted } from '../protocol.js';
import { migrate } from '../schema.js';
import { purging } from './forget.js';

let operations: Operations;

beforeEach(() => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  operations = operationsOn(database, purging(database));
});

const body = new Uint8Array([1]);

function publish(...ids: string[]): void {
  for (const id of ids) operations.publish('calls', { id, lane: id[0]!, body });
}

function take(wanted: Partial<Wanted> = {}): readonly TakenMessage[] {
  const anything = { queue: 'calls', ackWaitMs: 1_000, room: 100, afterLane: '', roomPerLane: 100 };
  return operations.take({ ...anything, roomByLane: new Map(), ...wanted });
}

const ids = (taken: readonly TakenMessage[]): string[] => taken.map(({ id }) => id);

describe('taking', () => {
  test('gives each lane its turn, whatever the backlog of the others', () => {
    publish('a1', 'a2', 'a3', 'b1', 'c1', 'c2');
    expect(ids(take())).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  test('begins after the lane that was served last', () => {
    publish('a1', 'b1', 'c1');
    expect(ids(take({ afterLane: 'a', room: 2 }))).toEqual(['b1', 'c1']);
    publish('b2', 'c2');
    expect(ids(take({ afterLane: 'c' }))).toEqual(['a1', 'b2', 'c2']);
  });

  test('takes no more than there is room for, in all and by lane', () => {
    publish('a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1');
    expect(ids(take({ roomPerLane: 2, roomByLane: new Map([['a', 0]]) }))).toEqual(['b1', 'c1', 'b2']);
    expect(ids(take({ room: 1 }))).toEqual(['a1']);
    expect(take({ room: 0 })).toEqual([]);
  });

  test('takes nothing twice, until the ack wait has passed', () => {
    vi.useFakeTimers();
    publish('a1');
    expect(take()).toHaveLength(1);
    expect(take()).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(take()).toMatchObject([{ id: 'a1', attempt: 2 }]);
    vi.useRealTimers();
  });
});

describe('a lease', () => {
  test('of a message that was taken again can neither be extended nor settled', () => {
    publish('a1');
    const [stale] = take({ ackWaitMs: 0 });
    const [current] = take();
    expect(operations.extend(stale!, 1_000)).toBe(false);
    operations.settle(stale!, deadLetter('too late'));
    expect(operations.depth('calls')).toMatchObject({ inFlight: 1, deadLetters: 0 });
    expect(operations.extend(current!, 1_000)).toBe(true);
  });

  test('that was given back unused counts as no attempt and keeps its place', () => {
    publish('a1', 'a2');
    operations.giveBack(take({ room: 1 })[0]!);
    expect(take()).toMatchObject([
      { id: 'a1', attempt: 1 },
      { id: 'a2', attempt: 1 },
    ]);
  });
});

test('a message that is held is not removed, one that waits for its retry is', () => {
  publish('a1');
  const [held] = take();
  expect(operations.remove('calls', 'a1')).toBe(false);
  operations.settle(held!, retry(60_000));
  expect(operations.depth('calls')).toMatchObject({ waiting: 1, inFlight: 0 });
  expect(operations.remove('calls', 'a1')).toBe(true);
});

test('an id is forgotten when the dedupe window has passed, purged or not', () => {
  vi.useFakeTimers();
  publish('a1', 'a2');
  for (const taken of take()) operations.settle(taken, { kind: 'ack' });
  publish('a1', 'a2');
  expect(take(), 'within the window').toEqual([]);
  vi.advanceTimersByTime(120_000);
  publish('a1');
  operations.purge();
  publish('a2');
  expect(ids(take()).toSorted()).toEqual(['a1', 'a2']);
  vi.useRealTimers();
});
