import { QueueFullError, TransportUnavailableError } from '@later/transport-contract';
import { expect, test } from 'vitest';

import { explain, isLeaseLost } from './redis-errors.js';

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", QueueFullError],
  ['MISCONF Errors writing to the AOF file: No space left on device', QueueFullError],
  ['LOADING Redis is loading the dataset in memory', TransportUnavailableError],
  ['Connection is closed.', TransportUnavailableError],
])('"%s" becomes the contract\'s error, with the original as its cause', (message, kind) => {
  const explained = explain(new Error(message), 'calls');
  expect(explained).toBeInstanceOf(kind);
  expect(explained.cause).toMatchObject({ message });
});

test('what was sent to Redis does not hang on the error: it holds bodies', () => {
  const error = Object.assign(new Error('ERR'), { command: { name: 'evalsha', args: ['secret'] } });
  expect(explain(error, 'calls').cause).not.toHaveProperty('command');
});

test('an error of the contract stays as it is', () => {
  const error = new QueueFullError('calls', 'Wait.');
  expect(explain(error, 'calls')).toBe(error);
});

test('only BullMQ saying so means that a lease was lost', () => {
  expect(isLeaseLost(Object.assign(new Error('Lock mismatch'), { code: -6 }))).toBe(true);
  expect(isLeaseLost(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toBe(false);
  expect(isLeaseLost(new Error('Command timed out'))).toBe(false);
});
