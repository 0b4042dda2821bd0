import { dirname } from 'node:path';

import { expect, test } from 'vitest';

import { findCycles } from './find-cycles.js';
import { importsOf, packageOf, readSourceFiles, type SourceFile } from './source-files.js';

/** How large a folder, a package and a file may be. */
const most = { filesInFolder: 20, filesInPackage: 45, medianLines: 40, ninetiethPercentileLines: 110 };

const files = readSourceFiles();
const productFiles = files.filter(({ isSpec }) => !isSpec);

function countBy(counted: readonly SourceFile[], groupOf: (path: string) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { path } of counted) counts.set(groupOf(path), (counts.get(groupOf(path)) ?? 0) + 1);
  return counts;
}

const over = (counts: ReadonlyMap<string, number>, limit: number): readonly string[] =>
  [...counts].filter(([, count]) => count > limit).map(([group, count]) => `${group}: ${count}`);

test(`no folder holds more than ${most.filesInFolder} files, specs included`, () => {
  expect(over(countBy(files, dirname), most.filesInFolder)).toEqual([]);
});

test(`no package holds more than ${most.filesInPackage} files besides its specs`, () => {
  expect(over(countBy(productFiles, packageOf), most.filesInPackage)).toEqual([]);
});

test(`half of the files have at most ${most.medianLines} lines, nine tenths at most ${most.ninetiethPercentileLines}`, () => {
  const lines = productFiles.map(({ text }) => text.split('\n').length - 1).toSorted((a, b) => a - b);
  expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(most.medianLines);
  expect(lines[Math.floor(lines.length * 0.9)]).toBeLessThanOrEqual(most.ninetiethPercentileLines);
});

test('no import cycle of files exists', () => {
  const graph = new Map(files.map((file) => [file.path, new Set(importsOf(file))]));
  expect(findCycles(graph)).toEqual([]);
});

test('no import cycle of folders exists within a package', () => {
  const graph = new Map<string, Set<string>>();
  for (const file of productFiles) {
    const from = partOf(file.path);
    const targets = graph.get(from) ?? new Set();
    for (const target of importsOf(file)) if (partOf(target) !== from) targets.add(partOf(target));
    graph.set(from, targets);
  }
  expect(findCycles(graph)).toEqual([]);
});

/** A folder directly below `src`, or a file beside these folders. */
function partOf(path: string): string {
  const folder = packageOf(path);
  const [part = ''] = path
    .slice(folder.length + 1)
    .replace(/^src\//, '')
    .split('/');
  return `${folder}/${part}`;
}
