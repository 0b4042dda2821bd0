import { expect, test } from 'vitest';

import { decodeToken, encodeToken, nameOf, streamsOf } from './names.js';

test.each(['figlet', 'long-task', '42', 'my_fn', 'odd: id/with*dots.and>ünïcode', '100%', ' padded ', '🎉'])(
  'encodeToken turns %j into one legal token, and decodeToken reverses it',
  (text) => {
    expect(encodeToken(text)).toMatch(/^[-\w]+$/);
    expect(decodeToken(encodeToken(text))).toBe(text);
  },
);

test('decodeToken returns a token of another program unchanged', () => {
  expect(decodeToken('foreign_token')).toBe('foreign_token');
});

test('encodeToken leaves ordinary names unchanged', () => {
  expect(encodeToken('long-task')).toBe('long-task');
});

test('nameOf hashes a token that is too long for a name, and keeps different lanes apart', () => {
  const [one, two] = [encodeToken('ü'.repeat(254) + 'a'), encodeToken('ü'.repeat(254) + 'b')];
  expect(nameOf(one).length).toBeLessThan(255);
  expect(nameOf(one)).not.toBe(nameOf(two));
});

test('streamsOf gives queues with similar names different streams', () => {
  const names = ['jobs', 'jobs-dead', 'jobs_dead'].flatMap((queue) => Object.values(streamsOf(queue)));
  expect(new Set(names).size).toBe(names.length);
});
