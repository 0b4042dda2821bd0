import { eventually } from '@later/testing';
import { expect, test } from 'vitest';

import { LaneAlarms } from './lane-alarms.js';

function scene() {
  const stop = new AbortController();
  const calls: [string, number][] = [];
  const alarms = new LaneAlarms((lane) => void calls.push([lane, Date.now()]), stop.signal);
  return { alarms, calls, stop };
}

test('LaneAlarms calls back for each lane when it is due', async () => {
  const { alarms, calls } = scene();
  const now = Date.now();
  alarms.set('later', now + 60);
  alarms.set('sooner', now + 20);
  await eventually(() => calls.length === 2);
  expect(calls.map(([lane]) => lane)).toEqual(['sooner', 'later']);
});

test('LaneAlarms calls back once for a lane, at the earliest time', async () => {
  const { alarms, calls } = scene();
  const now = Date.now();
  for (const inMs of [60, 20, 40]) alarms.set('one', now + inMs);
  alarms.set('last', now + 100);
  await eventually(() => calls.some(([lane]) => lane === 'last'));
  expect(calls.map(([lane]) => lane)).toEqual(['one', 'last']);
  expect(calls[0]![1]).toBeLessThan(now + 55);
});

test('LaneAlarms does not call back after it was stopped', async () => {
  const { alarms, calls, stop } = scene();
  alarms.set('one', Date.now() + 20);
  stop.abort();
  const after = Date.now() + 60;
  await eventually(() => Date.now() > after);
  expect(calls).toEqual([]);
});
