import { expect, test } from 'vitest';

import { LanePulls, type Ask } from './lane-pulls.js';

function aWorker({ room, perLane = room }: { room: number; perLane?: number }, ...lanes: string[]) {
  const held: string[] = [];
  const pulls = new LanePulls({
    get free() {
      return room - held.length;
    },
    freeFor: (lane) => Math.min(room - held.length, perLane - held.filter((name) => name === lane).length),
  });
  for (const lane of lanes) pulls.add(lane);
  return {
    pulls,
    ask: () => pulls.asks(0).map(({ lane, batch, now }: Ask) => `${lane} ${now ? batch : 'standing'}`),
    /** A message comes and, where room was set aside, is held. */
    receive: (lane: string, pending: number): boolean => {
      const hasRoom = pulls.arrived(lane, pending);
      if (hasRoom) {
        held.push(lane);
        pulls.came(lane);
      }
      return hasRoom;
    },
    finish: (lane: string) => void held.splice(held.indexOf(lane), 1),
  };
}

test('shares the room evenly between busy lanes', () => {
  expect(aWorker({ room: 6 }, 'a', 'b', 'c').ask()).toEqual(['a 2', 'b 2', 'c 1']);
});

test('asks for no more than there is room, counting what was asked for and did not come yet', () => {
  const { ask, receive, finish } = aWorker({ room: 2 }, 'a', 'b', 'c');
  expect(ask()).toEqual(['a 1', 'b 1']);
  expect(ask()).toEqual([]);
  receive('a', 9);
  expect(ask()).toEqual([]);
  finish('a');
  expect(ask(), 'whoever was served last is asked last').toEqual(['c 1']);
});

test('asks for no more of a lane than it may hold', () => {
  const { ask, receive } = aWorker({ room: 10, perLane: 2 }, 'a');
  expect(ask()).toEqual(['a 2']);
  receive('a', 9);
  receive('a', 8);
  expect(ask()).toEqual([]);
});

test('a lane that has run dry is asked to send its next message, with no room set aside', () => {
  const { pulls, ask, receive } = aWorker({ room: 3 }, 'dry');
  expect(ask()).toEqual(['dry 3']);
  receive('dry', 0);
  pulls.ended('dry', 1);
  expect(ask()).toEqual(['dry standing']);
  expect(receive('dry', 0), 'room was set aside').toBe(false);
});

test('a busy lane does not keep a quiet one from being asked', () => {
  const { pulls, ask, receive, finish } = aWorker({ room: 1 }, 'busy', 'quiet');
  ask();
  receive('busy', 5);
  finish('busy');
  ask();
  pulls.ended('quiet', 2);
  expect(ask()).toEqual(['quiet standing', 'busy 1']);
});

test('does not ask a lane while one of its messages is being given back', () => {
  const { pulls, ask, receive, finish } = aWorker({ room: 1 }, 'a');
  ask();
  receive('a', 5);
  pulls.leaves('a');
  finish('a');
  expect(ask()).toEqual([]);
  pulls.left('a');
  expect(ask()).toEqual(['a 1']);
});

test('an answer to an older request changes nothing', () => {
  const { pulls, ask } = aWorker({ room: 1 }, 'a');
  const [{ number }] = pulls.asks(0) as [Ask];
  pulls.ended('a', number - 1);
  expect(ask()).toEqual([]);
  pulls.ended('a', number);
  expect(ask()).toEqual(['a standing']);
});

test('a lane with which something is wrong is not asked, and its room is free, until it is resumed', () => {
  const { pulls, ask } = aWorker({ room: 1 }, 'a', 'b');
  ask();
  expect(pulls.unheard({ now: 1, standing: 1 })).toEqual(['a']);
  pulls.suspend('a');
  expect(ask()).toEqual(['b 1']);
  pulls.ended('b', 2);
  pulls.resume('a');
  expect(ask()).toEqual(['b standing', 'a 1']);
});

test('after a reconnect every lane is asked anew', () => {
  const { pulls, ask } = aWorker({ room: 2 }, 'a', 'b');
  ask();
  pulls.startAnew();
  expect(ask()).toEqual(['a 1', 'b 1']);
});

test('forgets a lane that is not listed any more once its request ends', () => {
  const { pulls, ask } = aWorker({ room: 5 }, 'a');
  const [{ number }] = pulls.asks(0) as [Ask];
  pulls.keepOnly(new Set());
  expect(pulls.has('a')).toBe(true);
  pulls.ended('a', number);
  expect(pulls.has('a')).toBe(false);
  expect(ask()).toEqual([]);
});
