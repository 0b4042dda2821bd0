import { eventually } from '@later/testing';
import { expect, test } from 'vitest';

import { LaneAlarms } from './lane-alarms.js';

function scene() {
  const stop = new AbortController();
  const rang: [string, number][] = [];
  const alarms = new LaneAlarms((lane) => void rang.push([lane, Date.now()]), stop.signal);
  return { alarms, rang, stop };
}

test('rings for each lane when it is due', async () => {
  const { alarms, rang } = scene();
  const now = Date.now();
  alarms.set('later', now + 60);
  alarms.set('sooner', now + 20);
  await eventually(() => rang.length === 2);
  expect(rang.map(([lane]) => lane)).toEqual(['sooner', 'later']);
});

test('rings once for a lane, at the earliest time', async () => {
  const { alarms, rang } = scene();
  const now = Date.now();
  for (const inMs of [60, 20, 40]) alarms.set('one', now + inMs);
  alarms.set('last', now + 100);
  await eventually(() => rang.some(([lane]) => lane === 'last'));
  expect(rang.map(([lane]) => lane)).toEqual(['one', 'last']);
  expect(rang[0]![1]).toBeLessThan(now + 55);
});

test('is silent once stopped', async () => {
  const { alarms, rang, stop } = scene();
  alarms.set('one', Date.now() + 20);
  stop.abort();
  const after = Date.now() + 60;
  await eventually(() => Date.now() > after);
  expect(rang).toEqual([]);
});
