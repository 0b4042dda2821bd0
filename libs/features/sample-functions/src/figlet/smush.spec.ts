import { expect, test } from 'vitest';

import { smush } from './smush.js';

test.each([
  ['equal characters become one', '|', '|', '|'],
  ['an underscore on the left is replaced', '_', '/', '/'],
  ['an underscore on the right is replaced', ')', '_', ')'],
  ['the later class replaces the earlier one', '|', '/', '/'],
  ['the later class replaces the earlier one on the right', '>', '(', '>'],
  ['an opposite pair becomes a bar', '(', ')', '|'],
  ['a pair back to back becomes a bar', ']', '[', '|'],
  ['slashes stay, because Standard does not use the rule for them', '/', '\\', undefined],
  ['angle brackets stay, because no rule is about them', '<', '>', undefined],
  ['other characters stay', '_', 'o', undefined],
  ['a hard blank stays', '$', '$', undefined],
])('%s: "%s" before "%s"', (_rule, left, right, smushed) => {
  expect(smush(left, right, '$')).toBe(smushed);
});
