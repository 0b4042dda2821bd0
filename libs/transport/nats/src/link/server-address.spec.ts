import { expect, test } from 'vitest';

import { readServerAddress } from './server-address.js';

test('reads host and port', () => {
  expect(readServerAddress('nats://127.0.0.1:4222')).toEqual({ servers: ['127.0.0.1:4222'] });
});

test('reads all servers of a cluster', () => {
  expect(readServerAddress('nats://a:4222, nats://b:4223')).toEqual({ servers: ['a:4222', 'b:4223'] });
});

test('reads user and password', () => {
  expect(readServerAddress('nats://me:p%40ss@nats')).toEqual({ servers: ['nats'], user: 'me', pass: 'p@ss' });
});

test('reads a token', () => {
  expect(readServerAddress('nats://secret@nats:4222')).toEqual({ servers: ['nats:4222'], token: 'secret' });
});

test('switches TLS on for the scheme tls', () => {
  expect(readServerAddress('tls://nats:4222')).toEqual({ servers: ['nats:4222'], tls: {} });
});
