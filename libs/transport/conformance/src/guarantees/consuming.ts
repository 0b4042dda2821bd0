import { ack, retry } from '@later/transport-contract';
import { aMessage, eventually, gate } from '@later/testing';
import { expect } from 'vitest';

import type { Scene } from '../scene.js';

export const consuming = {
  'redelivers when the consumer dies without deciding': async (scene: Scene) => {
    const transport = await scene.transport();
    await scene.publish(transport, aMessage({ id: 'orphan' }));
    const doomed = await scene.spawnDoomedConsumer();
    expect(await doomed.took).toEqual({ id: 'orphan', attempt: 1 });
    const received = await scene.collect(transport);
    await doomed.kill();
    await eventually(() => received.length === 1, scene.driver.ackWaitMs + scene.driver.takeoverMs);
    expect(received[0]).toMatchObject({ id: 'orphan', attempt: 2 });
  },

  'keeps a delivery longer than the lease while its handler runs': async (scene: Scene) => {
    const transport = await scene.transport();
    const open = gate();
    const attempts: number[] = [];
    let aborted = false;
    await scene.publish(transport, aMessage());
    await scene.subscribe(transport, async ({ attempt, signal }) => {
      attempts.push(attempt);
      await open.opened;
      aborted = signal.aborted;
      return ack();
    });
    await eventually(() => attempts.length === 1);
    const elsewhere = await scene.collect(await scene.transport());
    const longerThanTheLease = performance.now() + 2.5 * scene.driver.ackWaitMs;
    await eventually(() => performance.now() > longerThanTheLease, 3 * scene.driver.ackWaitMs);
    open.open();
    await eventually(async () => (await transport.depth(scene.queue)).inFlight === 0);
    expect(attempts).toEqual([1]);
    expect(elsewhere).toEqual([]);
    expect(aborted).toBe(false);
  },

  'drain waits for what is in flight, takes nothing new, and gives back what it cannot finish': async (
    scene: Scene,
  ) => {
    const transport = await scene.transport();
    const [quick, never] = [gate(), gate()];
    const started: string[] = [];
    const finished: string[] = [];
    await scene.publish(transport, aMessage({ id: 'quick' }), aMessage({ id: 'stuck' }), aMessage({ id: 'polite' }));
    const subscription = await scene.subscribe(transport, async ({ id, signal }) => {
      started.push(id);
      if (id === 'polite') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return retry(0);
      }
      await (id === 'quick' ? quick : never).opened;
      finished.push(id);
      return ack();
    });
    await eventually(() => started.length === 3);
    const drained = subscription.drain(500);
    await scene.publish(transport, aMessage({ id: 'new' }));
    quick.open();
    await drained;
    expect(finished).toEqual(['quick']);
    expect(started.toSorted()).toEqual(['polite', 'quick', 'stuck']);
    const received = await scene.collect(await scene.transport());
    // They are available at once, not only after the ack wait.
    await eventually(() => received.length === 3, scene.driver.ackWaitMs * 0.9);
    expect(received.map(({ id, attempt }) => [id, attempt]).toSorted()).toEqual([
      ['new', 1],
      ['polite', 2],
      ['stuck', 2],
    ]);
    never.open();
  },
};
