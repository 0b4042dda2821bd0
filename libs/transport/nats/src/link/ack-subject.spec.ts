import { expect, test } from 'vitest';

import { readAckSubject } from './ack-subject.js';

const facts = { deliveries: 3, streamSequence: 17, pending: 5 };

test('readAckSubject reads the form of nats-server 2.9', () => {
  expect(readAckSubject('$JS.ACK.later-jobs.figlet.3.17.40.1700000000000000000.5')).toEqual(facts);
});

test('readAckSubject reads the form with domain and account', () => {
  expect(readAckSubject('$JS.ACK._.acc.later-jobs.figlet.3.17.40.1700000000000000000.5.rnd')).toEqual(facts);
});
