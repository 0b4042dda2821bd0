import { expect, test } from 'vitest';

import { bullQueueName, decode, encode, idOfJob, jobIdOf, queueKeys } from './keys.js';

const odd = ['42', '0', 'wait', 'a:b', 'a/b', 'a%2Fb', 'ünï cödé', '*.>', 'id=x'];

test.each(odd)('"%s" can be an id: BullMQ takes it, and it comes back as it was', (id) => {
  expect(jobIdOf(id)).not.toMatch(/:|^\d+$/);
  expect(idOfJob(jobIdOf(id))).toBe(id);
});

test.each(odd)('"%s" can be a lane or a queue', (name) => {
  expect(bullQueueName(name, name)).not.toContain(':');
  expect(decode(encode(name))).toBe(name);
});

test('no two lanes share a BullMQ queue, nor does one share keys with its queue', () => {
  expect(bullQueueName('a/b', 'c')).not.toBe(bullQueueName('a', 'b/c'));
  expect(queueKeys('a').lanes.startsWith(queueKeys('a').lanePrefix)).toBe(false);
});
