import { expect, test } from 'vitest';

import { LaneRoom } from './lane-room.js';

/** Holds what it is told to, with the contract's arithmetic. */
function aConsumer(maxInFlight: number, perLane: number) {
  const held = new Map<string, number>();
  const room = (): number => maxInFlight - [...held.values()].reduce((sum, count) => sum + count, 0);
  return {
    held,
    get free() {
      return room();
    },
    freeFor: (lane: string) => Math.min(room(), perLane - (held.get(lane) ?? 0)),
  };
}

test('names the lanes that have less room than the rest', () => {
  const consumer = aConsumer(10, 3);
  const lanes = new LaneRoom(consumer, 3);
  for (const lane of ['full', 'some', 'empty']) lanes.note(lane);
  consumer.held.set('full', 3).set('some', 1);
  expect([...lanes.limited()]).toEqual([
    ['full', 0],
    ['some', 2],
  ]);
});

test('does not forget a lane while the whole room is too small to tell', () => {
  const consumer = aConsumer(6, 4);
  const lanes = new LaneRoom(consumer, 4);
  for (const lane of ['a', 'b']) lanes.note(lane);
  consumer.held.set('a', 2).set('b', 3);
  expect([...lanes.limited()], 'one slot in all').toEqual([]);
  consumer.held.set('b', 0);
  expect([...lanes.limited()]).toEqual([['a', 2]]);
});

test('tells when a lane that was full has room again', () => {
  const consumer = aConsumer(10, 1);
  const lanes = new LaneRoom(consumer, 1);
  lanes.note('a');
  consumer.held.set('a', 1);
  const limited = lanes.limited();
  expect(lanes.hasReopened(limited)).toBe(false);
  consumer.held.set('a', 0);
  expect(lanes.hasReopened(limited)).toBe(true);
});
