import { expect, test } from 'vitest';

import { unavailable } from './errors.js';

test('an unreachable server names the variable, and keeps its password out of the log', () => {
  const { message } = unavailable('nats://me:secret@a:4222,nats://me:secret@b:4222');
  expect(message).toContain('NATS_URL (nats://a:4222,nats://b:4222)');
  expect(message).not.toContain('secret');
});
