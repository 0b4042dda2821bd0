import { aMessage } from '@later/testing';
import { expect, test } from 'vitest';

import { decodeJob, encodeJob } from './wire.js';

test('decodeJob returns the message that encodeJob was given', () => {
  const message = aMessage({ id: 'odd: id', lane: 'figlet', body: Uint8Array.from([0, 34, 92, 255]) });
  const { id, data } = encodeJob(message);
  const decoded = decodeJob('figlet', id, data);
  expect({ ...decoded, body: [...decoded.body] }).toEqual({ id: 'odd: id', lane: 'figlet', body: [0, 34, 92, 255] });
});

test('the data of a job is JSON, which other tools for BullMQ expect', () => {
  const { data } = encodeJob(aMessage({ body: Buffer.from('hello') }));
  expect(Buffer.from(JSON.parse(data) as string, 'base64').toString()).toBe('hello');
});

test('encodeJob stores only the bytes of a view, not its whole buffer', () => {
  const body = new Uint8Array(Buffer.from('xhellox')).subarray(1, 6);
  const { data } = encodeJob(aMessage({ body }));
  expect(Buffer.from(decodeJob('figlet', 'id=a', data).body).toString()).toBe('hello');
});

test('encodeJob sets no delay when notBefore is in the past', () => {
  const { opts } = encodeJob(aMessage({ notBefore: new Date(Date.now() - 5_000) }));
  expect(opts.delay).toBe(0);
});
