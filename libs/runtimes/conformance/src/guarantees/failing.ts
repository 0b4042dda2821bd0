import { eventually } from '@later/testing';
import { expect } from 'vitest';

import type { Callable } from '../callable.js';
import type { Scene } from '../scene.js';

/** What a call starts is a process, which is ended, or a request to a server, which sees it breaking off. */
async function watchSlowCalls(scene: Scene, slow: Callable): Promise<{ untilFreed: () => Promise<void> }> {
  const isServer = (await scene.remains()).length > 0;
  const isFreed = async (): Promise<boolean> =>
    isServer ? slow.log.includes('slow: broke off') : (await scene.remains()).length === 0;
  return { untilFreed: () => eventually(async () => slow.answering === 0 && (await isFreed())) };
}

export const failing = {
  'answers 504 when the function is too slow, and frees what it used': async (scene: Scene) => {
    const slow = await scene.start('slow');
    const { untilFreed } = await watchSlowCalls(scene, slow);
    slow.timeoutMs = 700;
    const { status, body } = await slow.call({ body: Buffer.alloc(900 * 1024) });
    expect(status).toBe(504);
    expect(body.length).toBeGreaterThan(0);
    await untilFreed();
  },

  'answers 502 or 500 when the function breaks off': async (scene: Scene) => {
    const breaksOff = await scene.start('breaks-off');
    for (const body of [Buffer.from('small'), Buffer.alloc(900 * 1024), Buffer.from('and again')]) {
      const answer = await breaksOff.call({ body });
      expect([500, 502]).toContain(answer.status);
      expect(answer.headers['content-type']).toMatch(/^text\/plain/);
      expect(answer.body.length).toBeGreaterThan(0);
    }
    await eventually(() => breaksOff.answering === 0);
  },

  'ends what a call started when the client goes away': async (scene: Scene) => {
    const slow = await scene.start('slow');
    const { untilFreed } = await watchSlowCalls(scene, slow);
    const client = new AbortController();
    const call = slow.call({ body: Buffer.from('x'), signal: client.signal });
    const gone = expect(call).rejects.toThrow();
    await eventually(() => slow.log.includes('slow: called'));
    client.abort();
    await gone;
    await untilFreed();
  },
};
