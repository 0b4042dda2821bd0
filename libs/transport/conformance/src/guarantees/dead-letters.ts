import { ack, deadLetter } from '@later/transport-contract';
import { aMessage, eventually } from '@later/testing';
import { expect } from 'vitest';

import type { Scene } from '../scene.js';

export const deadLetters = {
  'never delivers a dead letter again': async (scene: Scene) => {
    const transport = await scene.transport();
    const attempts: number[] = [];
    await scene.publish(transport, aMessage({ id: 'bad' }));
    const subscription = await scene.subscribe(transport, async ({ attempt }) => {
      attempts.push(attempt);
      return deadLetter('garbage');
    });
    await eventually(async () => (await transport.depth(scene.queue)).deadLetters === 1);
    await subscription.drain(1_000);
    const received = await scene.collect(await scene.transport());
    const beyondTheLease = performance.now() + 1.5 * scene.driver.ackWaitMs;
    await eventually(() => performance.now() > beyondTheLease, 2 * scene.driver.ackWaitMs);
    expect(attempts).toEqual([1]);
    expect(received).toEqual([]);
    expect(await transport.depth(scene.queue)).toMatchObject({ waiting: 0, inFlight: 0, deadLetters: 1 });
  },

  'keeps a dead letter readable with its reason, and redrives it': async (scene: Scene) => {
    const transport = await scene.transport();
    const ids = ['first', 'second', 'third'];
    for (const id of ids) await scene.publish(transport, aMessage({ id, lane: 'figlet', body: Buffer.from(id) }));
    let rejects = true;
    const attempts: number[] = [];
    await scene.subscribe(
      transport,
      async ({ attempt }) => {
        attempts.push(attempt);
        return rejects ? deadLetter('status 400 is final') : ack();
      },
      { maxInFlight: 1 },
    );
    await eventually(async () => (await transport.depth(scene.queue)).deadLetters === 3);
    rejects = false;

    const { deadLetters: dead } = await scene.connect();
    const pageOne = await dead.list(scene.queue, { limit: 2 });
    const pageTwo = await dead.list(scene.queue, { limit: 2, after: pageOne.next! });
    expect([...pageOne.entries, ...pageTwo.entries].map(({ id }) => id)).toEqual(ids);
    expect(pageTwo.next).toBeUndefined();
    const letter = await dead.read(scene.queue, 'second');
    expect(letter).toMatchObject({ id: 'second', lane: 'figlet', reason: 'status 400 is final', attempt: 1 });
    expect(Buffer.from(letter!.body).toString()).toBe('second');
    expect(Math.abs(Date.now() - letter!.diedAt.getTime())).toBeLessThan(60_000);

    expect(await dead.redrive(scene.queue, 'second')).toBe(true);
    await eventually(() => attempts.length === 4);
    expect(attempts[3], 'attempts are counted from 1 again').toBe(1);
    expect(await dead.delete(scene.queue, 'third')).toBe(true);
    expect(await dead.read(scene.queue, 'second')).toBeUndefined();
    expect(await dead.redrive(scene.queue, 'third')).toBe(false);
    expect(await dead.delete(scene.queue, 'third')).toBe(false);
    await eventually(async () => (await transport.depth(scene.queue)).inFlight === 0);
    expect(await transport.depth(scene.queue)).toMatchObject({ waiting: 0, deadLetters: 1 });
  },
};
