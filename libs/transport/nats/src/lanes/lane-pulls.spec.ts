import { expect, test } from 'vitest';

import { LanePulls, type PullRequest } from './lane-pulls.js';
import { Reservations } from './reservations.js';

function aWorker({ capacity, perLane = capacity }: { capacity: number; perLane?: number }, ...lanes: string[]) {
  const held: string[] = [];
  const reservations = new Reservations({
    get free() {
      return capacity - held.length;
    },
    freeFor: (lane) => Math.min(capacity - held.length, perLane - held.filter((name) => name === lane).length),
  });
  const pulls = new LanePulls(reservations);
  for (const lane of lanes) pulls.add(lane);
  return {
    pulls,
    request: () =>
      pulls.nextRequests(0).map(({ lane, batch, kind }) => `${lane} ${kind === 'fetch' ? batch : 'standing'}`),
    /** A message arrives and is held if capacity was reserved for it. */
    receive: (lane: string, pending: number): boolean => {
      const isReserved = pulls.recordArrival(lane, pending);
      if (isReserved) {
        held.push(lane);
        reservations.release(lane);
      }
      return isReserved;
    },
    finish: (lane: string) => void held.splice(held.indexOf(lane), 1),
  };
}

test('busy lanes share the capacity evenly', () => {
  expect(aWorker({ capacity: 6 }, 'a', 'b', 'c').request()).toEqual(['a 2', 'b 2', 'c 1']);
});

test('open requests and held messages together never exceed the capacity', () => {
  const { request, receive, finish } = aWorker({ capacity: 2 }, 'a', 'b', 'c');
  expect(request()).toEqual(['a 1', 'b 1']);
  expect(request()).toEqual([]);
  receive('a', 9);
  expect(request()).toEqual([]);
  finish('a');
  expect(request(), 'the lane that was served last is the last in turn').toEqual(['c 1']);
});

test('a lane gets no request beyond its own limit', () => {
  const { request, receive } = aWorker({ capacity: 10, perLane: 2 }, 'a');
  expect(request()).toEqual(['a 2']);
  receive('a', 9);
  receive('a', 8);
  expect(request()).toEqual([]);
});

test('an empty lane gets one standing request, for which no capacity is reserved', () => {
  const { pulls, request, receive } = aWorker({ capacity: 3 }, 'empty');
  expect(request()).toEqual(['empty 3']);
  receive('empty', 0);
  pulls.endRequest('empty', 1);
  expect(request()).toEqual(['empty standing']);
  expect(receive('empty', 0), 'capacity was reserved').toBe(false);
});

test('a busy lane does not keep a quiet lane from its request', () => {
  const { pulls, request, receive, finish } = aWorker({ capacity: 1 }, 'busy', 'quiet');
  request();
  receive('busy', 5);
  finish('busy');
  request();
  pulls.endRequest('quiet', 2);
  expect(request()).toEqual(['quiet standing', 'busy 1']);
});

test('a lane gets no request while one of its messages is being returned', () => {
  const { pulls, request, receive, finish } = aWorker({ capacity: 1 }, 'a');
  request();
  receive('a', 5);
  pulls.startReturn('a');
  finish('a');
  expect(request()).toEqual([]);
  pulls.finishReturn('a');
  expect(request()).toEqual(['a 1']);
});

test('the end of an older request changes nothing', () => {
  const { pulls, request } = aWorker({ capacity: 1 }, 'a');
  const [{ number }] = pulls.nextRequests(0) as [PullRequest];
  pulls.endRequest('a', number - 1);
  expect(request()).toEqual([]);
  pulls.endRequest('a', number);
  expect(request()).toEqual(['a standing']);
});

test('a suspended lane gets no request, and frees its capacity, until it is resumed', () => {
  const { pulls, request } = aWorker({ capacity: 1 }, 'a', 'b');
  request();
  expect(pulls.silentLanes({ fetching: 1, standing: 1 })).toEqual(['a']);
  pulls.suspend('a');
  expect(request()).toEqual(['b 1']);
  pulls.endRequest('b', 2);
  pulls.resume('a');
  expect(request()).toEqual(['b standing', 'a 1']);
});

test('every lane gets a new request after a reconnect', () => {
  const { pulls, request } = aWorker({ capacity: 2 }, 'a', 'b');
  request();
  pulls.reset();
  expect(request()).toEqual(['a 1', 'b 1']);
});

test('a lane that is not listed any more is forgotten when its request ends', () => {
  const { pulls, request } = aWorker({ capacity: 5 }, 'a');
  const [{ number }] = pulls.nextRequests(0) as [PullRequest];
  pulls.keepOnly(new Set());
  expect(pulls.has('a')).toBe(true);
  pulls.endRequest('a', number);
  expect(pulls.has('a')).toBe(false);
  expect(request()).toEqual([]);
});
