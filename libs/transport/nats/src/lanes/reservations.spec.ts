import { expect, test } from 'vitest';

import { Reservations } from './reservations.js';

const someReservations = ({ free, perLane = free }: { free: number; perLane?: number }): Reservations =>
  new Reservations({ free, freeFor: () => perLane });

test('a reserved message lowers the free capacity of its lane and of all lanes until its release', () => {
  const reservations = someReservations({ free: 5, perLane: 2 });
  reservations.reserve('a');
  expect([reservations.free, reservations.freeFor('a'), reservations.freeFor('b')]).toEqual([4, 1, 2]);
  reservations.release('a');
  expect([reservations.free, reservations.freeFor('a'), reservations.freeFor('b')]).toEqual([5, 2, 2]);
});

test('a reserved batch lowers the free capacity until its release', () => {
  const reservations = someReservations({ free: 5 });
  reservations.reserveBatch(3);
  reservations.releaseBatch(1);
  expect([reservations.free, reservations.freeFor('a')]).toEqual([3, 3]);
});

test('a lane has messages until the last of them is released', () => {
  const reservations = someReservations({ free: 5 });
  reservations.reserve('a');
  reservations.reserve('a');
  reservations.release('a');
  expect(reservations.hasMessages('a')).toBe(true);
  reservations.release('a');
  expect(reservations.hasMessages('a')).toBe(false);
});
