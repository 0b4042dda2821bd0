import { expect, test } from 'vitest';

import { LineBuffer } from './line-buffer.js';

const address = { name: 'figlet', namespace: 'openfaas-fn' };
const now = () => new Date('2026-01-02T03:04:05Z');
const line = (text: string, instance = 'one') => ({ ...address, instance, timestamp: now().toISOString(), text });
const buffer = (maxBytes = 3_000, shared = { freeBytes: Infinity }) =>
  new LineBuffer({ address, maxBytes, shared, now });
const texts = (lines: readonly { readonly text: string; readonly instance: string }[]) =>
  lines.map(({ text, instance }) => `${instance}: ${text}`);

test('lines are taken once, in the order in which they were added', () => {
  const lines = buffer();
  for (const text of ['a', 'b']) lines.add(line(text), 1);
  expect(texts(lines.take())).toEqual(['one: a', 'one: b']);
  expect(lines.take()).toEqual([]);
});

test('lines that do not fit are dropped, and one line for each instance says how many', () => {
  const lines = buffer();
  lines.add(line('a'), 1);
  lines.add(line('large'), 3_000);
  lines.add(line('small, but after what was dropped'), 1);
  lines.add(line('b', 'two'), 1);
  expect(texts(lines.take())).toEqual(['one: a', 'one: … 2 lines dropped', 'two: … 1 line dropped']);
  lines.add(line('c'), 1);
  expect(texts(lines.take())).toEqual(['one: c']);
});

test('taken lines that could not be stored count as dropped', () => {
  const lines = buffer();
  lines.add(line('a'), 1);
  for (let more = 0; more < 5; more++) lines.drop('one');
  lines.dropTaken(lines.take());
  lines.drop('one');
  expect(texts(lines.take())).toEqual(['one: … 7 lines dropped']);
});

test('a taken buffer frees its part of the shared capacity', () => {
  const capacity = { freeBytes: 1_000 };
  const [one, other] = [buffer(3_000, capacity), buffer(3_000, capacity)];
  one.add(line('a'), 700);
  other.add(line('b'), 700);
  expect(texts(other.take())).toEqual(['one: … 1 line dropped']);
  one.take();
  expect(capacity.freeBytes).toBe(1_000);
  other.add(line('c'), 700);
  expect(texts(other.take())).toEqual(['one: c']);
});
