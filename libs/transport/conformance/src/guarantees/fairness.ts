import { ack } from '@later/transport-contract';
import { aMessage, eventually, gate } from '@later/testing';
import { expect } from 'vitest';

import type { Scene } from '../scene.js';

const numbered = (count: number, lane: string) =>
  Array.from({ length: count }, (_, index) => aMessage({ id: `${lane}-${index}`, lane }));

export const fairness = {
  'keeps order within a lane when one is in flight': async (scene: Scene) => {
    const transport = await scene.transport();
    const sent = numbered(50, 'figlet');
    const received = await scene.collect(transport, { maxInFlight: 1 });
    await scene.publish(transport, ...sent);
    await eventually(() => received.length === sent.length);
    expect(received.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
  },

  'does not let one lane delay another': async (scene: Scene) => {
    const transport = await scene.transport();
    await scene.publish(transport, ...numbered(100, 'burst'), ...numbered(3, 'quiet'), ...numbered(3, 'calm'));
    const received = await scene.collect(transport, { maxInFlight: 2 });
    await eventually(() => received.length === 106);
    const lanes = received.map(({ lane }) => lane);
    // Round-robin over three lanes: the first nine hold three of each, plus a few that start at the same time.
    expect(lanes.lastIndexOf('quiet')).toBeLessThan(20);
    expect(lanes.lastIndexOf('calm')).toBeLessThan(20);
  },

  'holds no more than maxInFlight': async (scene: Scene) => {
    const transport = await scene.transport();
    const open = gate();
    let [held, most, done] = [0, 0, 0];
    await scene.publish(transport, ...numbered(10, 'one'), ...numbered(10, 'two'));
    await scene.subscribe(
      transport,
      async () => {
        most = Math.max(most, ++held);
        await open.opened;
        held--;
        done++;
        return ack();
      },
      { maxInFlight: 3 },
    );
    await eventually(() => held === 3);
    // Nor does it keep messages that it cannot run yet: another consumer gets them.
    const others = await scene.collect(await scene.transport(), { maxInFlight: 20 });
    await eventually(() => others.length === 17);
    open.open();
    await eventually(() => done === 3);
    expect(most).toBe(3);
  },

  'holds no more than maxInFlightPerLane': async (scene: Scene) => {
    const transport = await scene.transport();
    const open = gate();
    const held: string[] = [];
    let done = 0;
    // The lane of a callback is a host, whose characters a backend may have to encode.
    const host = 'hooks.example:8080';
    await scene.publish(transport, ...numbered(10, host), ...numbered(10, 'two'));
    await scene.subscribe(
      transport,
      async ({ lane }) => {
        held.push(lane);
        await open.opened;
        done++;
        return ack();
      },
      { maxInFlight: 10, maxInFlightPerLane: 2 },
    );
    await eventually(() => held.length === 4);
    const others = await scene.collect(await scene.transport(), { maxInFlight: 20 });
    await eventually(() => others.length === 16);
    expect(held.toSorted()).toEqual([host, host, 'two', 'two']);
    open.open();
    await eventually(() => done === 4);
  },

  'shares one queue between subscribers without double work': async (scene: Scene) => {
    const publisher = await scene.transport();
    const [one, two] = [await scene.collect(await scene.transport()), await scene.collect(await scene.transport())];
    await Promise.all(
      ['a', 'b', 'c'].flatMap((lane) => numbered(50, lane)).map((message) => scene.publish(publisher, message)),
    );
    await eventually(() => one.length + two.length >= 150);
    await eventually(async () => (await publisher.depth(scene.queue)).inFlight === 0);
    expect(new Set([...one, ...two].map(({ id }) => id)).size).toBe(150);
    expect(one.length + two.length).toBe(150);
    expect(Math.min(one.length, two.length), 'both work').toBeGreaterThan(0);
  },
};
