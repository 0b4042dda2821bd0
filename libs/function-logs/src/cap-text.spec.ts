import fc from 'fast-check';
import { expect, test } from 'vitest';

import { capText, maxTextBytes } from './cap-text.js';

test('a text of 16 KiB is kept, and a text of one byte more is cut and ends in "…"', () => {
  const whole = 'x'.repeat(maxTextBytes);
  expect(capText(whole)).toEqual({ text: whole, bytes: maxTextBytes });
  const { text } = capText(`${whole}y`);
  expect(text.slice(-4)).toBe('xxx…');
  expect(Buffer.byteLength(text)).toBe(maxTextBytes);
});

test('a text is cut between two characters', () => {
  const character = fc.constantFrom('a', 'ä', '漢', '🎉');
  const long = fc.array(character, { minLength: 17, maxLength: 17 }).map((each) => each.join('').repeat(1_024));
  fc.assert(
    fc.property(long, (text) => {
      const capped = capText(text);
      expect(Buffer.byteLength(capped.text)).toBeLessThanOrEqual(capped.bytes);
      expect(capped.bytes).toBeLessThanOrEqual(maxTextBytes);
      expect(capped.text.isWellFormed()).toBe(true);
      expect(text.startsWith(capped.text.replace(/…$/, ''))).toBe(true);
    }),
    { numRuns: 50 },
  );
});
