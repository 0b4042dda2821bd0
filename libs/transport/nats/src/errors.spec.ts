import { expect, test } from 'vitest';

import { unavailable } from './errors.js';

test('the error for an unreachable server names NATS_URL without its password', () => {
  const { message } = unavailable('nats://me:secret@a:4222,nats://me:secret@b:4222');
  expect(message).toContain('NATS_URL (nats://a:4222,nats://b:4222)');
  expect(message).not.toContain('secret');
});
