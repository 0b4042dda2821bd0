import { eventually } from '@later/testing';
import { expect } from 'vitest';

import type { CallableInstance } from '../callable-instance.js';
import type { ConformanceRun } from '../conformance-run.js';

/** A forked process of an ended call is killed; a server sees that its request was aborted. */
async function watchCallEnd(run: ConformanceRun, slow: CallableInstance): Promise<{ untilFreed: () => Promise<void> }> {
  const isServer = (await run.resources()).length > 0;
  const isFreed = async (): Promise<boolean> =>
    isServer ? slow.log.includes('slow: broke off') : (await run.resources()).length === 0;
  return { untilFreed: () => eventually(async () => slow.answering === 0 && (await isFreed())) };
}

export const failureGuarantees = {
  'answers 504 when the function is too slow, and frees what it used': async (run: ConformanceRun) => {
    const slow = await run.start('slow');
    const { untilFreed } = await watchCallEnd(run, slow);
    slow.timeoutMs = 700;
    const { status, body } = await slow.call({ body: Buffer.alloc(900 * 1024) });
    expect(status).toBe(504);
    expect(body.length).toBeGreaterThan(0);
    await untilFreed();
  },

  'answers 502 or 500 when the function breaks off': async (run: ConformanceRun) => {
    const breaksOff = await run.start('breaks-off');
    for (const body of [Buffer.from('small'), Buffer.alloc(900 * 1024), Buffer.from('and again')]) {
      const answer = await breaksOff.call({ body });
      expect([500, 502]).toContain(answer.status);
      expect(answer.headers['content-type']).toMatch(/^text\/plain/);
      expect(answer.body.length).toBeGreaterThan(0);
    }
    await eventually(() => breaksOff.answering === 0);
  },

  'ends what a call started when the client goes away': async (run: ConformanceRun) => {
    const slow = await run.start('slow');
    const { untilFreed } = await watchCallEnd(run, slow);
    const client = new AbortController();
    const call = slow.call({ body: Buffer.from('x'), signal: client.signal });
    const gone = expect(call).rejects.toThrow();
    await eventually(() => slow.log.includes('slow: called'));
    client.abort();
    await gone;
    await untilFreed();
  },
};
