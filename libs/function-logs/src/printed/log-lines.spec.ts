import { PassThrough } from 'node:stream';

import { expect, test } from 'vitest';

import { LogBudget } from './log-budget.js';
import { LogLines, logStream } from './log-lines.js';

function linesOf(...chunks: readonly (string | Buffer)[]): readonly string[] {
  const written: string[] = [];
  const lines = new LogLines((text) => written.push(text), new LogBudget());
  for (const chunk of chunks) lines.push(Buffer.from(chunk));
  lines.end();
  return written;
}

test.each([
  [['one\ntwo\n'], ['one', 'two']],
  [['no break at the end'], ['no break at the end']],
  [
    ['o', 'n', 'e\nt', 'wo\n'],
    ['one', 'two'],
  ],
  [
    ['one\r\ntwo\r', '\nthree'],
    ['one', 'two', 'three'],
  ],
  [
    ['10 %\r20 %\r', '30 %\n'],
    ['10 %', '20 %', '30 %'],
  ],
  [['a\n\nb\n'], ['a', '', 'b']],
  [[''], []],
])('%j is split into the lines %j', (chunks, lines) => {
  expect(linesOf(...chunks)).toEqual(lines);
});

test('a character that is split over two chunks is decoded', () => {
  const bytes = Buffer.from('a二b');
  expect(linesOf(bytes.subarray(0, 2), bytes.subarray(2))).toEqual(['a二b']);
});

test('a long line is split into several', () => {
  const long = 'x'.repeat(40_000);
  for (const chunks of [[`${long}\n`], [long.slice(0, 20_000), long.slice(20_000)]]) {
    const lines = linesOf(...chunks);
    expect(lines.map(({ length }) => length)).toEqual([16_384, 16_384, 7_232]);
    expect(lines.join('')).toBe(long);
  }
});

test('output beyond the budget is left out, and a line says how many bytes', () => {
  let now = 0;
  const written: string[] = [];
  const lines = new LogLines((text) => written.push(text), new LogBudget(() => now));
  const flood = Buffer.from('y\n'.repeat(50_000));
  for (let index = 0; index < 20; index++) lines.push(flood);
  expect(written).toHaveLength(500_000);
  now = 10_000;
  lines.push(Buffer.from('after\n'));
  expect(written.slice(500_000)).toEqual(['1000000 bytes left out: printed faster than 1 MiB a second', 'after']);
  for (let index = 0; index < 11; index++) lines.push(flood);
  lines.end();
  expect(written.at(-1)).toMatch(/^\d+ bytes left out/);
});

test('the output of a stream before its failure is logged', async () => {
  const written: string[] = [];
  const stream = new PassThrough();
  const logged = logStream(stream, (text) => written.push(text), new LogBudget());
  stream.on('data', () => stream.destroy(new Error('broken')));
  stream.write('half a li');
  await logged;
  expect(written).toEqual(['half a li']);
});
