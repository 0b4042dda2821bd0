import { expect, test } from 'vitest';

import { countLanes } from './queue-depth.js';

test('tells messages in flight from those that wait for a retry', () => {
  const depth = countLanes(
    { 'later.jobs.lane.figlet': 10, 'later.jobs.lane.long-task': 2 },
    new Map([
      ['figlet', 5],
      ['long-task', 2],
    ]),
    new Map([['figlet', 4]]),
    3,
  );
  expect(depth).toEqual({ waiting: 9, inFlight: 3, deadLetters: 3, lanes: new Map([['figlet', 9]]) });
});

test('counts that were read a moment apart never go below zero', () => {
  const depth = countLanes({ 'later.jobs.lane.a': 1 }, new Map([['a', 4]]), new Map([['gone', 2]]), 0);
  expect(depth).toEqual({ waiting: 0, inFlight: 1, deadLetters: 0, lanes: new Map() });
});
