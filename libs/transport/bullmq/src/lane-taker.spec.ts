import { eventually } from '@later/testing';
import { expect, test } from 'vitest';

import { LaneTaker } from './lane-taker.js';

/** A taker with room for `room`, on lanes that hold as many messages as given. */
function scene({ room, lanes }: { room: number; lanes: Record<string, number> }) {
  const taken: string[] = [];
  const givenBack: string[] = [];
  const due: [string, number][] = [];
  const asked: string[] = [];
  const state = { room, asking: 0, mostAsking: 0, away: false, dueAt: undefined as number | undefined };
  const taker = new LaneTaker<string>({
    room: {
      get free() {
        return state.room;
      },
      freeFor: () => state.room,
    },
    ask: async (lane) => {
      asked.push(lane);
      state.mostAsking = Math.max(state.mostAsking, ++state.asking);
      await Promise.resolve();
      state.asking--;
      if (state.away) throw new Error('away');
      const left = lanes[lane] ?? 0;
      if (left === 0) return state.dueAt === undefined ? {} : { dueAt: state.dueAt };
      lanes[lane] = left - 1;
      return { taken: lane };
    },
    hold: (lane) => {
      taken.push(lane);
      state.room--;
    },
    giveBack: async (lane) => void givenBack.push(lane),
    onDue: (lane, dueAt) => void due.push([lane, dueAt]),
  });
  return { taker, taken, givenBack, due, asked, state, lanes };
}

test('takes what there is room for, in turn over the lanes', async () => {
  const { taker, taken } = scene({ room: 6, lanes: { burst: 100, quiet: 2, calm: 2 } });
  for (const lane of ['burst', 'quiet', 'calm']) taker.wake(lane);
  await eventually(() => taken.length === 6);
  await taker.answered();
  expect(taken.slice(0, 3).toSorted()).toEqual(['burst', 'calm', 'quiet']);
  expect(taken).toHaveLength(6);
});

test('never asks for more than there is room', async () => {
  const { taker, state, taken } = scene({ room: 5, lanes: { one: 100, two: 100 } });
  taker.wake('one');
  taker.wake('two');
  await eventually(() => taken.length === 5);
  expect(state.mostAsking).toBeLessThanOrEqual(5);
});

test('one message is asked for a few times, not as often as there is room', async () => {
  const { taker, taken, asked } = scene({ room: 50, lanes: { one: 1 } });
  taker.wake('one');
  await eventually(() => taken.length === 1);
  await taker.answered();
  await taker.answered();
  expect(asked.length).toBeLessThanOrEqual(3);
});

test('a lane that is woken while its empty answer is under way is asked again', async () => {
  const { taker, taken, lanes } = scene({ room: 5, lanes: { one: 0 } });
  taker.wake('one');
  lanes['one'] = 1;
  taker.wake('one');
  await eventually(() => taken.length === 1);
});

test('says when an empty lane will have something', async () => {
  const { taker, due, state } = scene({ room: 5, lanes: {} });
  state.dueAt = 1_234;
  taker.wake('one');
  await taker.answered();
  expect(due).toEqual([['one', 1_234]]);
});

test('leaves a lane alone that cannot be asked, until it is woken', async () => {
  const { taker, taken, asked, state } = scene({ room: 5, lanes: { one: 1 } });
  state.away = true;
  taker.wake('one');
  await taker.answered();
  taker.take();
  expect(asked).toEqual(['one']);
  state.away = false;
  taker.wake('one');
  await eventually(() => taken.length === 1);
});

test('gives back what arrives after the room is gone', async () => {
  const { taker, taken, givenBack, state } = scene({ room: 5, lanes: { one: 1 } });
  taker.wake('one');
  state.room = 0;
  await taker.answered();
  expect(taken).toEqual([]);
  expect(givenBack).toEqual(['one']);
});
