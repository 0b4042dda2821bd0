import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { callbackEnvelope } from './callback.js';
import { jobEnvelope, type Job } from './job.js';

const aJob = (overrides: Partial<Job> = {}): Job => ({
  id: 'a0f2',
  callId: 'c1' as Job['callId'],
  functionName: 'figlet',
  method: 'POST',
  path: '/',
  query: '',
  headers: [['Content-Type', 'text/plain']],
  acceptedAtNs: '1',
  body: Buffer.from('LaterIsBetter'),
  ...overrides,
});

describe('the envelope', () => {
  test('keeps the metadata and every byte of the body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.string(), (body, query) => {
        const job = aJob({ body, query, callbackUrl: 'http://127.0.0.1/%C3%BC' });
        const opened = jobEnvelope.open(jobEnvelope.seal(job));
        expect(opened.kind).toBe('ok');
        if (opened.kind !== 'ok') return;
        expect(Buffer.compare(opened.content.body, body)).toBe(0);
        expect({ ...opened.content, body }).toEqual(job);
      }),
    );
  });

  test('adds less than 400 bytes to a body of 900 KiB', () => {
    const body = new Uint8Array(900 * 1024);
    expect(jobEnvelope.seal(aJob({ body })).length - body.length).toBeLessThan(400);
  });

  test('reports a newer version instead of reading it', () => {
    const sealed = jobEnvelope.seal(aJob());
    sealed[3] = 7;
    expect(jobEnvelope.open(sealed)).toEqual({ kind: 'newer', version: 7 });
  });

  test('names the fault of garbage and never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => jobEnvelope.open(bytes).kind !== 'ok'));
    const openBytes = (bytes: Uint8Array) => jobEnvelope.open(bytes);
    expect(openBytes(Buffer.from('hello world'))).toMatchObject({ reason: 'it is not an envelope of Later' });
    expect(openBytes(jobEnvelope.seal(aJob()).subarray(0, 30))).toMatchObject({ reason: 'its metadata is cut short' });
    expect(openBytes(Buffer.from('LTR\x01\x00\x00\x00\x02{}'))).toMatchObject({ reason: 'its metadata is unreadable' });
    expect(callbackEnvelope.open(jobEnvelope.seal(aJob()))).toMatchObject({ reason: 'it holds a job, not a callback' });
    const noName = jobEnvelope.seal(aJob({ functionName: 'a b' }));
    expect(JSON.stringify(openBytes(noName))).toContain('functionName');
  });
});
