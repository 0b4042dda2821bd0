import { expect, test } from 'vitest';

import { deadLetterHeaders, messageHeaders, readDeadLetter, readMessage } from './wire.js';

const body = Buffer.from('body');

test('a message keeps its id, time and bytes', () => {
  const message = { id: ' odd: ünïcode ', lane: 'a lane', body, notBefore: new Date(1_700_000_000_123) };
  expect(readMessage('a lane', messageHeaders(message), body)).toEqual(message);
});

test('a message without notBefore is read without notBefore', () => {
  expect(readMessage('l', messageHeaders({ id: 'i' }), body)).toEqual({ id: 'i', lane: 'l', body });
});

test('a dead letter keeps all its fields, including line breaks in the reason', () => {
  const letter = {
    id: 'i',
    lane: 'a.b',
    reason: 'status 500:\r\n"ärger" ',
    attempt: 3,
    diedAt: new Date(1_700_000_000_456),
  };
  expect(readDeadLetter(deadLetterHeaders(letter), body)).toEqual({ ...letter, body });
});
