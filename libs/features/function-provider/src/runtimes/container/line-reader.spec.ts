import { expect, test } from 'vitest';

import { LineReader, longestLine } from './line-reader.js';

function read(...chunks: (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const reader = new LineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.write(Buffer.from(chunk));
  reader.end();
  return lines;
}

test('a line is whole, however it comes', () => {
  expect(read('a', 'b\nc\r\n\n', 'd')).toEqual(['ab', 'c', '', 'd']);
  const bytes = Buffer.from('zwei, 二\n');
  expect(read(...bytes.map((byte) => byte).reduce<Buffer[]>((all, byte) => [...all, Buffer.of(byte)], []))).toEqual([
    'zwei, 二',
  ]);
});

test('a line without an end is cut, and none of it is lost', () => {
  const lines = read('x'.repeat(longestLine), 'y'.repeat(longestLine * 2), 'z\nnext\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBe(longestLine);
  expect(lines.join('')).toBe(`${'x'.repeat(longestLine)}${'y'.repeat(longestLine * 2)}znext`);
  expect(lines.at(-1)).toBe('next');
});
