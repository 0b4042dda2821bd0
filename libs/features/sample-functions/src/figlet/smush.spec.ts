import { expect, test } from 'vitest';

import { smush } from './smush.js';

test.each([
  ['equal characters become one', '|', '|', '|'],
  ['an underscore gives way on the left', '_', '/', '/'],
  ['an underscore gives way on the right', ')', '_', ')'],
  ['the later class hides the earlier', '|', '/', '/'],
  ['the later class hides the earlier from the left too', '>', '(', '>'],
  ['an opposite pair becomes a bar', '(', ')', '|'],
  ['a pair back to back becomes a bar', ']', '[', '|'],
  ['slashes stay, as Standard leaves out the rule for them', '/', '\\', undefined],
  ['angles stay, as no rule speaks of them', '<', '>', undefined],
  ['others stay', '_', 'o', undefined],
  ['a hard blank stays', '$', '$', undefined],
])('%s: "%s" before "%s"', (_rule, left, right, smushed) => {
  expect(smush(left, right, '$')).toBe(smushed);
});
