import { expect, test } from 'vitest';

import { treeOf, type ProcessEntry } from './proc.js';

test('the tree of a process holds it and all its descendants', () => {
  const entry = (pid: number, parent: number): ProcessEntry => ({ pid, parent, ticks: 0 });
  const processes = [entry(9, 5), entry(1, 0), entry(5, 1), entry(7, 5), entry(8, 7), entry(2, 1), entry(3, 2)];
  expect(treeOf(5, processes).map(({ pid }) => pid)).toEqual([5, 9, 7, 8]);
  expect(treeOf(4, processes)).toEqual([]);
});
