import { randomBytes } from 'node:crypto';

import { aMessage, eventually } from '@later/testing';
import { expect } from 'vitest';

import type { Scene } from '../scene.js';

export const publishing = {
  'delivers what was published, byte for byte': async (scene: Scene) => {
    const transport = await scene.transport();
    const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
    const sent = [
      aMessage({ id: 'plain', body: Buffer.from('hello') }),
      aMessage({ id: 'empty', body: new Uint8Array() }),
      aMessage({ id: 'every byte', body: everyByte }),
      aMessage({ id: '900 KiB', body: randomBytes(900 * 1024) }),
      aMessage({ id: 'odd: id/with*dots.and>more', lane: 'odd: lane/with*dots.and>ünïcode', body: everyByte }),
      aMessage({ id: '42', lane: '42' }),
    ];
    await scene.publish(transport, ...sent);
    const received = await scene.collect(await scene.transport());
    await eventually(() => received.length === sent.length);
    for (const message of sent) {
      const delivery = received.find(({ id }) => id === message.id);
      expect(delivery?.lane).toBe(message.lane);
      expect(Buffer.compare(delivery!.body, message.body), `body of "${message.id}"`).toBe(0);
    }
  },

  'resolves publish only once stored': async (scene: Scene) => {
    const publisher = await scene.transport();
    const other = await scene.transport();
    for (let index = 0; index < 20; index++) {
      await scene.publish(publisher, aMessage({ id: `m${index}` }));
      expect((await other.depth(scene.queue)).waiting, 'as another process sees it').toBe(index + 1);
    }
  },

  'drops a second publish of the same id': async (scene: Scene) => {
    const [one, two] = [await scene.transport(), await scene.transport()];
    await scene.publish(one, aMessage({ id: 'same', body: Buffer.from('first') }));
    await scene.publish(two, aMessage({ id: 'same', body: Buffer.from('second') }));
    const received = await scene.collect(one);
    await eventually(() => received.length === 1);
    // Within the dedupe window, the id counts even after its message is done.
    await eventually(async () => (await one.depth(scene.queue)).inFlight === 0);
    await scene.publish(two, aMessage({ id: 'same', body: Buffer.from('third') }), aMessage({ id: 'last' }));
    await eventually(() => received.some(({ id }) => id === 'last'));
    expect(received.map(({ id, body }) => [id, Buffer.from(body).toString()])).toEqual([
      ['same', 'first'],
      ['last', 'body'],
    ]);
  },

  'does not deliver before notBefore': async (scene: Scene) => {
    const transport = await scene.transport();
    const deliveredAt: Record<string, number> = {};
    const attempts: number[] = [];
    const received = await scene.collect(transport);
    const notBefore = new Date(Date.now() + 700);
    await scene.publish(transport, aMessage({ id: 'later', notBefore }), aMessage({ id: 'now' }));
    await eventually(() => {
      for (const { id, attempt } of received) {
        if (deliveredAt[id] === undefined) attempts.push(attempt);
        deliveredAt[id] ??= Date.now();
      }
      return received.length === 2;
    });
    expect(deliveredAt['later']).toBeGreaterThanOrEqual(notBefore.getTime());
    expect(deliveredAt['now']).toBeLessThan(notBefore.getTime());
    expect(attempts, 'waiting for its time is no attempt').toEqual([1, 1]);
  },

  'removes a message that waits': async (scene: Scene) => {
    const transport = await scene.transport();
    await scene.publish(transport, aMessage({ id: 'a' }), aMessage({ id: 'b' }), aMessage({ id: 'c' }));
    await scene.publish(transport, aMessage({ id: 'later', notBefore: new Date(Date.now() + 60_000) }));
    const other = await scene.transport();
    expect(await other.remove(scene.queue, 'b')).toBe(true);
    expect(await other.remove(scene.queue, 'later')).toBe(true);
    expect(await other.remove(scene.queue, 'b'), 'a second time').toBe(false);
    expect(await other.remove(scene.queue, 'never published')).toBe(false);
    const received = await scene.collect(transport);
    await eventually(() => received.length === 2);
    expect(received.map(({ id }) => id)).toEqual(['a', 'c']);
    await eventually(async () => (await transport.depth(scene.queue)).inFlight === 0);
    expect((await transport.depth(scene.queue)).waiting).toBe(0);
  },
};
