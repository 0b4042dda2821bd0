import { expect, test } from 'vitest';

import { bullQueueName, decodeName, encodeName, jobIdOf, messageIdOf, queueKeys } from './names.js';

const odd = ['42', '0', 'wait', 'a:b', 'a/b', 'a%2Fb', 'ünï cödé', '*.>', 'id=x'];

test.each(odd)('the message id "%s" becomes a job id that BullMQ accepts, and can be decoded again', (id) => {
  expect(jobIdOf(id)).not.toMatch(/:|^\d+$/);
  expect(messageIdOf(jobIdOf(id))).toBe(id);
});

test.each(odd)('"%s" is accepted as the name of a lane and of a queue', (name) => {
  expect(bullQueueName(name, name)).not.toContain(':');
  expect(decodeName(encodeName(name))).toBe(name);
});

test('two lanes never share a BullMQ queue, and a lane never shares keys with its queue', () => {
  expect(bullQueueName('a/b', 'c')).not.toBe(bullQueueName('a', 'b/c'));
  expect(queueKeys('a').lanes.startsWith(queueKeys('a').lanePrefix)).toBe(false);
});
