import { expect, test } from 'vitest';

import { LaneCapacity } from './lane-capacity.js';

/** A consumer that holds what the test puts in `held`, and counts as the contract's consumer does. */
function aConsumer(maxInFlight: number, perLane: number) {
  const held = new Map<string, number>();
  const free = (): number => maxInFlight - [...held.values()].reduce((sum, count) => sum + count, 0);
  return {
    held,
    get free() {
      return free();
    },
    freeFor: (lane: string) => Math.min(free(), perLane - (held.get(lane) ?? 0)),
  };
}

test('lists the lanes that have less capacity than the rest', () => {
  const consumer = aConsumer(10, 3);
  const lanes = new LaneCapacity(consumer, 3);
  for (const lane of ['full', 'some', 'empty']) lanes.noteHeld(lane);
  consumer.held.set('full', 3).set('some', 1);
  expect([...lanes.listLimited()]).toEqual([
    ['full', 0],
    ['some', 2],
  ]);
});

test('remembers a held lane while the total capacity is below its own', () => {
  const consumer = aConsumer(6, 4);
  const lanes = new LaneCapacity(consumer, 4);
  for (const lane of ['a', 'b']) lanes.noteHeld(lane);
  consumer.held.set('a', 2).set('b', 3);
  expect([...lanes.listLimited()], 'one slot in all').toEqual([]);
  consumer.held.set('b', 0);
  expect([...lanes.listLimited()]).toEqual([['a', 2]]);
});

test('reports that a full lane has capacity again', () => {
  const consumer = aConsumer(10, 1);
  const lanes = new LaneCapacity(consumer, 1);
  lanes.noteHeld('a');
  consumer.held.set('a', 1);
  const limited = lanes.listLimited();
  expect(lanes.hasReopened(limited)).toBe(false);
  consumer.held.set('a', 0);
  expect(lanes.hasReopened(limited)).toBe(true);
});
