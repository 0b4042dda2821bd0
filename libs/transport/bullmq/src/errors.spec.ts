import { QueueFullError, TransportUnavailableError } from '@later/transport-contract';
import { expect, test } from 'vitest';

import { isLeaseLost, toTransportError } from './errors.js';

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", QueueFullError],
  ['MISCONF Errors writing to the AOF file: No space left on device', QueueFullError],
  ['LOADING Redis is loading the dataset in memory', TransportUnavailableError],
  ['Connection is closed.', TransportUnavailableError],
])('"%s" becomes the contract\'s error, with the original as its cause', (message, kind) => {
  const translated = toTransportError(new Error(message), 'calls');
  expect(translated).toBeInstanceOf(kind);
  expect(translated.cause).toMatchObject({ message });
});

test('an error does not carry the command that was sent to Redis, because it holds bodies', () => {
  const error = Object.assign(new Error('ERR'), { command: { name: 'evalsha', args: ['secret'] } });
  expect(toTransportError(error, 'calls').cause).not.toHaveProperty('command');
});

test('an error of the contract is returned unchanged', () => {
  const error = new QueueFullError('calls', 'Wait.');
  expect(toTransportError(error, 'calls')).toBe(error);
});

test('only an error code of BullMQ means that a lease was lost', () => {
  expect(isLeaseLost(Object.assign(new Error('Lock mismatch'), { code: -6 }))).toBe(true);
  expect(isLeaseLost(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toBe(false);
  expect(isLeaseLost(new Error('Command timed out'))).toBe(false);
});
