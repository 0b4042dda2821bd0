import { aFunctionCall } from '@later/function-kit/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Figlet } from './figlet.js';
import recorded from './figlet-2.2.5.recorded.json' with { type: 'json' };

const figlet = new Figlet();
const draw = (body: string | Uint8Array) => figlet.draw(aFunctionCall({ body }));

describe('figlet prints the same as the program figlet 2.2.5:', () => {
  test.each(recorded)('$name', ({ input, lines }) => {
    expect(draw(input)).toBe(lines.map((line) => `${line}\n`).join(''));
  });
});

test('the banner of the lab is 6 lines of 60 columns', () => {
  const lines = draw('LaterIsBetter').split('\n');
  expect(lines.map((line) => line.length)).toEqual([60, 60, 60, 60, 60, 60, 0]);
});

test('any bytes give complete banners of at most 79 columns', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const lines = draw(bytes).split('\n');
      expect(lines.pop()).toBe('');
      expect(lines.length % 6).toBe(0);
      expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(79);
    }),
  );
});
