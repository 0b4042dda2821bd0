import { DatabaseSync } from 'node:sqlite';

import { deadLetter, retry } from '@later/transport-contract';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { prepareOperations } from '../operations.js';
import type { Operations, TakenMessage, TakeOptions } from '../../wire.js';
import { migrate } from '../schema.js';
import { preparePurge } from './forget.js';

let operations: Operations;

beforeEach(() => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  operations = prepareOperations(database, preparePurge(database));
});

const body = new Uint8Array([1]);

function publish(...ids: string[]): void {
  for (const id of ids) operations.publish('calls', { id, lane: id[0]!, body });
}

function take(options: Partial<TakeOptions> = {}): readonly TakenMessage[] {
  const defaults = { queue: 'calls', ackWaitMs: 1_000, capacity: 100, afterLane: '', capacityPerLane: 100 };
  return operations.take({ ...defaults, capacityByLane: new Map(), ...options });
}

const ids = (taken: readonly TakenMessage[]): string[] => taken.map(({ id }) => id);

describe('a take', () => {
  test('takes one message of each lane in turn, despite the backlog of one lane', () => {
    publish('a1', 'a2', 'a3', 'b1', 'c1', 'c2');
    expect(ids(take())).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  test('begins with the lane after the one that was served last', () => {
    publish('a1', 'b1', 'c1');
    expect(ids(take({ afterLane: 'a', capacity: 2 }))).toEqual(['b1', 'c1']);
    publish('b2', 'c2');
    expect(ids(take({ afterLane: 'c' }))).toEqual(['a1', 'b2', 'c2']);
  });

  test('takes no more than the capacity, in all and by lane', () => {
    publish('a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1');
    expect(ids(take({ capacityPerLane: 2, capacityByLane: new Map([['a', 0]]) }))).toEqual(['b1', 'c1', 'b2']);
    expect(ids(take({ capacity: 1 }))).toEqual(['a1']);
    expect(take({ capacity: 0 })).toEqual([]);
  });

  test('takes a message again only after the ack wait', () => {
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
  test('can be neither extended nor settled after its message was taken again', () => {
    publish('a1');
    const [stale] = take({ ackWaitMs: 0 });
    const [current] = take();
    expect(operations.extend(stale!, 1_000)).toBe(false);
    operations.settle(stale!, deadLetter('too late'));
    expect(operations.depth('calls')).toMatchObject({ inFlight: 1, deadLetters: 0 });
    expect(operations.extend(current!, 1_000)).toBe(true);
  });

  test('counts as no attempt and keeps its place when it is given back unused', () => {
    publish('a1', 'a2');
    operations.giveBack(take({ capacity: 1 })[0]!);
    expect(take()).toMatchObject([
      { id: 'a1', attempt: 1 },
      { id: 'a2', attempt: 1 },
    ]);
  });
});

test('remove removes a message that waits for its retry, but not one that is held', () => {
  publish('a1');
  const [held] = take();
  expect(operations.remove('calls', 'a1')).toBe(false);
  operations.settle(held!, retry(60_000));
  expect(operations.depth('calls')).toMatchObject({ waiting: 1, inFlight: 0 });
  expect(operations.remove('calls', 'a1')).toBe(true);
});

test('an id can be used again after the dedupe window, purged or not', () => {
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
