import { expect, test } from 'vitest';

import { BodyBrokeOffError, BodyTooLargeError } from '../reading/read-body.js';
import { InvalidRequestError } from '../reading/read-json.js';
import { printable } from './refusal.js';
import { refusalOfError } from './refusal-of-error.js';

test.each([
  [new InvalidRequestError(['service: required', 'image: required']), 400, 'service: required\nimage: required'],
  [new BodyBrokeOffError('The socket closed'), 400, 'The body broke off before its end.'],
  [new BodyTooLargeError(5), 413, 'The body is over the limit of 5 bytes.'],
])('%s is answered with its own status and text', (error, status, text) => {
  expect(refusalOfError(error)).toEqual({ status, text });
});

test('an unknown error is a defect and has no refusal', () => {
  expect(refusalOfError(new Error('disk full'))).toBeUndefined();
  expect(refusalOfError('disk full')).toBeUndefined();
});

test('a text of a client is shortened and shown in printable characters', () => {
  expect(printable('a\u001b[31mü\n')).toBe('a?[31m??');
  expect(printable('x'.repeat(101))).toHaveLength(100);
});
