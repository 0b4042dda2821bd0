import { expect, test } from 'vitest';

import { findCycles } from './find-cycles.js';

const graphOf = (edges: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(edges).map(([from, to]) => [from, new Set(to)]));

test('findCycles returns each group of nodes that reach each other', () => {
  expect(findCycles(graphOf({ a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: ['d'] }))).toEqual([
    ['d', 'e'],
    ['a', 'b', 'c'],
  ]);
});

test('findCycles returns nothing for a graph without cycles', () => {
  expect(findCycles(graphOf({ a: ['b', 'c'], b: ['c'], c: [] }))).toEqual([]);
});
