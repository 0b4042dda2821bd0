import { ack, leave, retry } from '@later/transport-contract';
import { aMessage, eventually } from '@later/testing';
import { expect } from 'vitest';

import type { Scene } from '../scene.js';

export const retrying = {
  'counts attempts over retries, workers and restarts': async (scene: Scene) => {
    const attempts: number[] = [];
    const backend = await scene.connect();
    const { transport: first } = backend;
    await scene.publish(first, aMessage());
    const subscription = await scene.subscribe(first, async ({ attempt }) => {
      attempts.push(attempt);
      return attempt < 3 ? retry(5) : retry(300);
    });
    await eventually(() => attempts.length === 3);
    await subscription.drain(1_000);
    await backend.close();
    // A second worker, in another process, is killed; then a third one takes the message.
    const doomed = await scene.spawnDoomedConsumer();
    attempts.push((await doomed.took).attempt);
    await doomed.kill();
    await scene.subscribe(await scene.transport(), async ({ attempt }) => {
      attempts.push(attempt);
      return ack();
    });
    await eventually(() => attempts.length === 5, scene.driver.ackWaitMs + scene.driver.takeoverMs + 5_000);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  },

  'waits at least the retry delay': async (scene: Scene) => {
    const transport = await scene.transport();
    const at: Record<string, number[]> = { short: [], long: [] };
    const waits: Record<string, number> = { short: 100, long: 600 };
    await scene.subscribe(transport, async ({ id, attempt }) => {
      at[id]!.push(performance.now());
      return attempt === 1 ? retry(waits[id]!) : ack();
    });
    await scene.publish(transport, aMessage({ id: 'long' }), aMessage({ id: 'short' }));
    await eventually(() => at['short']!.length === 2 && at['long']!.length === 2);
    for (const [id, [one, two]] of Object.entries(at)) {
      // The backend's clock may tick in whole milliseconds.
      expect(two! - one!, id).toBeGreaterThanOrEqual(waits[id]! - 2);
    }
    expect(at['short']![1], 'the shorter wait ends first').toBeLessThan(at['long']![1]!);
  },

  'does not count a delivery that was left for another consumer': async (scene: Scene) => {
    const transport = await scene.transport();
    const attempts: number[] = [];
    await scene.publish(transport, aMessage());
    await scene.subscribe(transport, async ({ attempt }) => {
      attempts.push(attempt);
      if (attempts.length < 3) return leave(attempts.length === 1 ? 0 : 50);
      return attempts.length === 3 ? retry(0) : ack();
    });
    await eventually(() => attempts.length === 4);
    expect(attempts).toEqual([1, 1, 1, 2]);
  },

  'redelivers when the handler throws': async (scene: Scene) => {
    const transport = await scene.transport();
    const attempts: number[] = [];
    const thrown: unknown[] = [];
    const defect = new Error('a defect');
    await scene.publish(transport, aMessage());
    await scene.subscribe(
      transport,
      async ({ attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) throw defect;
        return ack();
      },
      { onError: (error) => void thrown.push(error) },
    );
    await eventually(() => attempts.length === 2);
    expect(attempts).toEqual([1, 2]);
    expect(thrown).toEqual([defect]);
  },
};
