import { eventually } from '@later/testing';
import { expect, test } from 'vitest';

import { LaneTaker } from './lane-taker.js';

/** A taker with a capacity of `free`, on lanes that hold the given numbers of messages. */
function scene({ free, lanes }: { free: number; lanes: Record<string, number> }) {
  const held: string[] = [];
  const givenBack: string[] = [];
  const due: [string, number][] = [];
  const takes: string[] = [];
  const state = { free, pending: 0, mostPending: 0, isAway: false, dueAt: undefined as number | undefined };
  const taker = new LaneTaker<string>({
    capacity: {
      get free() {
        return state.free;
      },
      freeFor: () => state.free,
    },
    take: async (lane) => {
      takes.push(lane);
      state.mostPending = Math.max(state.mostPending, ++state.pending);
      await Promise.resolve();
      state.pending--;
      if (state.isAway) throw new Error('away');
      const left = lanes[lane] ?? 0;
      if (left === 0) return state.dueAt === undefined ? {} : { dueAt: state.dueAt };
      lanes[lane] = left - 1;
      return { taken: lane };
    },
    hold: (lane) => {
      held.push(lane);
      state.free--;
    },
    giveBack: async (lane) => void givenBack.push(lane),
    onDue: (lane, dueAt) => void due.push([lane, dueAt]),
  });
  return { taker, held, givenBack, due, takes, state, lanes };
}

test('LaneTaker takes as many messages as it has capacity for, from each lane in turn', async () => {
  const { taker, held } = scene({ free: 6, lanes: { burst: 100, quiet: 2, calm: 2 } });
  for (const lane of ['burst', 'quiet', 'calm']) taker.wake(lane);
  await eventually(() => held.length === 6);
  await taker.waitForPendingTakes();
  expect(held.slice(0, 3).toSorted()).toEqual(['burst', 'calm', 'quiet']);
  expect(held).toHaveLength(6);
});

test('LaneTaker never has more takes pending than it has capacity for', async () => {
  const { taker, state, held } = scene({ free: 5, lanes: { one: 100, two: 100 } });
  taker.wake('one');
  taker.wake('two');
  await eventually(() => held.length === 5);
  expect(state.mostPending).toBeLessThanOrEqual(5);
});

test('LaneTaker sends a few takes for one message, not as many as the capacity', async () => {
  const { taker, held, takes } = scene({ free: 50, lanes: { one: 1 } });
  taker.wake('one');
  await eventually(() => held.length === 1);
  await taker.waitForPendingTakes();
  await taker.waitForPendingTakes();
  expect(takes.length).toBeLessThanOrEqual(3);
});

test('LaneTaker takes again from a lane that was woken while an empty answer was pending', async () => {
  const { taker, held, lanes } = scene({ free: 5, lanes: { one: 0 } });
  taker.wake('one');
  lanes['one'] = 1;
  taker.wake('one');
  await eventually(() => held.length === 1);
});

test('LaneTaker reports when the next message of an empty lane is due', async () => {
  const { taker, due, state } = scene({ free: 5, lanes: {} });
  state.dueAt = 1_234;
  taker.wake('one');
  await taker.waitForPendingTakes();
  expect(due).toEqual([['one', 1_234]]);
});

test('LaneTaker leaves a lane idle after a failed take until the lane is woken', async () => {
  const { taker, held, takes, state } = scene({ free: 5, lanes: { one: 1 } });
  state.isAway = true;
  taker.wake('one');
  await taker.waitForPendingTakes();
  taker.takeMore();
  expect(takes).toEqual(['one']);
  state.isAway = false;
  taker.wake('one');
  await eventually(() => held.length === 1);
});

test('LaneTaker gives back a message that arrives after the capacity fell to zero', async () => {
  const { taker, held, givenBack, state } = scene({ free: 5, lanes: { one: 1 } });
  taker.wake('one');
  state.free = 0;
  await taker.waitForPendingTakes();
  expect(held).toEqual([]);
  expect(givenBack).toEqual(['one']);
});
