import { expect, test } from 'vitest';

import { decodeToken, encodeToken, nameOf, streamsOf } from './names.js';

test.each(['figlet', 'long-task', '42', 'my_fn', 'odd: id/with*dots.and>ünïcode', '100%', ' padded ', '🎉'])(
  'encodes %j as one legal token and back',
  (text) => {
    expect(encodeToken(text)).toMatch(/^[-\w]+$/);
    expect(decodeToken(encodeToken(text))).toBe(text);
  },
);

test('takes a token that is not ours as it is', () => {
  expect(decodeToken('foreign_token')).toBe('foreign_token');
});

test('leaves ordinary names readable', () => {
  expect(encodeToken('long-task')).toBe('long-task');
});

test('hashes what is too long for a name, so that different lanes keep different names', () => {
  const [one, two] = [encodeToken('ü'.repeat(254) + 'a'), encodeToken('ü'.repeat(254) + 'b')];
  expect(nameOf(one).length).toBeLessThan(255);
  expect(nameOf(one)).not.toBe(nameOf(two));
});

test('keeps the streams of queues with similar names apart', () => {
  const names = ['jobs', 'jobs-dead', 'jobs_dead'].flatMap((queue) => Object.values(streamsOf(queue)));
  expect(new Set(names).size).toBe(names.length);
});
