import { PassThrough, Readable } from 'node:stream';

import { expect, test } from 'vitest';

import { BodyBrokeOffError, BodyTooLargeError, readBody } from './read-body.js';

const never = new AbortController().signal;

test('a body up to the limit is read, and a longer one is an error', async () => {
  const chunks = () => Readable.from([Buffer.from('ab'), Buffer.from('cd')], { objectMode: false });
  expect((await readBody(chunks(), 4, never)).toString()).toBe('abcd');
  await expect(readBody(chunks(), 3, never)).rejects.toBeInstanceOf(BodyTooLargeError);
});

test('a declared length over the limit is an error before a byte is read', async () => {
  const declared = Object.assign(new PassThrough(), { headers: { 'content-length': '5' } });
  await expect(readBody(declared, 4, never)).rejects.toBeInstanceOf(BodyTooLargeError);
});

test('a body that breaks off and an aborted signal are errors', async () => {
  const broken = new PassThrough();
  const reading = readBody(broken, 4, never);
  broken.destroy();
  await expect(reading).rejects.toThrow('broke off');
  // A stream that closed before has no more events.
  await expect(readBody(broken, 4, never)).rejects.toThrow('broke off');
  const failed = new PassThrough();
  const failing = readBody(failed, 4, never);
  const cause = new Error('aborted');
  failed.destroy(cause);
  await expect(failing).rejects.toMatchObject({ constructor: BodyBrokeOffError, cause });
  const gaveUp = new AbortController();
  const waiting = readBody(new PassThrough(), 4, gaveUp.signal);
  gaveUp.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});
