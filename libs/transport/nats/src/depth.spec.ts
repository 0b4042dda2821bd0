import { expect, test } from 'vitest';

import { countLanes } from './depth.js';

const none = new Map<string, number>();
const byLane = (counts: Record<string, number>): Map<string, number> => new Map(Object.entries(counts));

test('countLanes separates messages in flight from messages that wait for a retry, and skips removed ones', () => {
  const depth = countLanes(
    { 'later.jobs.lane.figlet': 11, 'later.jobs.lane.long-task': 2 },
    {
      pendingAcks: byLane({ figlet: 5, 'long-task': 2 }),
      waiting: byLane({ figlet: 4 }),
      removed: byLane({ figlet: 1 }),
    },
  );
  expect(depth).toEqual({ waiting: 9, inFlight: 3, lanes: byLane({ figlet: 9 }) });
});

test('countLanes never returns a negative count when the counts were read at different moments', () => {
  const counts = { pendingAcks: byLane({ a: 4 }), waiting: byLane({ gone: 2 }), removed: none };
  expect(countLanes({ 'later.jobs.lane.a': 1 }, counts)).toEqual({ waiting: 0, inFlight: 1, lanes: none });
  const removed = { pendingAcks: none, waiting: none, removed: byLane({ a: 3 }) };
  expect(countLanes({ 'later.jobs.lane.a': 1 }, removed)).toEqual({ waiting: 0, inFlight: 0, lanes: none });
});
