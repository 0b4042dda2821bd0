import { expect, test } from 'vitest';

import { serializers } from './logger-serializers.js';

test('a logged error has its type, message and stack', () => {
  expect(serializers.error(new TypeError('no'))).toMatchObject({ type: 'TypeError', message: 'no' });
});

test('logged headers show that credentials were sent, and not which', () => {
  const headers = { Authorization: 'Basic YTpi', cookie: 'session=1', 'content-type': 'text/plain' };
  expect(serializers.headers(headers)).toEqual({
    Authorization: '[redacted]',
    cookie: '[redacted]',
    'content-type': 'text/plain',
  });
});

test.each([
  ['http://user:p%40ss@host:8081/x', 'http://host:8081/x'],
  [new URL('nats://token@host:4222'), 'nats://host:4222'],
  ['http://host/a@b?c=d@e', 'http://host/a@b?c=d@e'],
])('a logged URL %s is written as %s', (url, written) => {
  expect(serializers.url(url)).toBe(written);
});
