import { TransportUnavailableError } from '@later/transport-contract';
import { aMessage, eventually } from '@later/testing';
import { expect } from 'vitest';

import type { Scene } from '../scene.js';

/** Promised in `docs/reference/guarantees.md`: an error within 5 s, service within 10 s of the return. */
const [errorWithinMs, backWithinMs] = [5_000, 10_000];

/** The guarantees that need a backend that can be killed and frozen. */
export const outages = {
  'publish rejects in bounded time when the backend is gone': async (scene: Scene) => {
    const backend = await scene.connect();
    const { transport } = backend;
    await scene.publish(transport, aMessage());
    const rejection = async (): Promise<unknown> => {
      const started = performance.now();
      const error = await transport.publish(scene.queue, aMessage()).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(performance.now() - started).toBeLessThan(errorWithinMs);
      return error;
    };
    await scene.backend.freeze();
    try {
      expect(await rejection(), 'while frozen').toBeInstanceOf(TransportUnavailableError);
    } finally {
      await scene.backend.thaw();
    }
    await scene.backend.kill();
    try {
      expect(await rejection(), 'while down').toBeInstanceOf(TransportUnavailableError);
      await expect(backend.ping()).rejects.toBeInstanceOf(TransportUnavailableError);
    } finally {
      await scene.backend.restart();
    }
  },

  'resumes by itself when the backend returns': async (scene: Scene) => {
    const backend = await scene.connect();
    const { transport } = backend;
    const received = await scene.collect(transport);
    const succeeds = (work: () => Promise<unknown>): Promise<void> =>
      eventually(
        () =>
          work().then(
            () => true,
            () => false,
          ),
        backWithinMs,
      );
    const goesThrough = async (id: string): Promise<void> => {
      const message = aMessage({ id });
      await succeeds(() => transport.publish(scene.queue, message));
      await eventually(() => received.some((delivery) => delivery.id === id), backWithinMs);
      // A client that dropped its connection may still be connecting again.
      await succeeds(() => backend.ping());
    };
    await goesThrough('before');
    await scene.backend.kill();
    await scene.backend.restart();
    await goesThrough('after a kill');
    await scene.backend.freeze();
    await expect(transport.publish(scene.queue, aMessage())).rejects.toThrow();
    await scene.backend.thaw();
    await goesThrough('after a freeze');
  },

  'loses nothing when the backend is killed and restarted': async (scene: Scene) => {
    const publisher = await scene.transport();
    const accepted = new Set<string>();
    const publishAll = async (worker: number): Promise<void> => {
      for (let index = 0; index < 50; index++) {
        const message = aMessage({ id: `${worker}-${index}`, lane: `lane-${worker % 4}` });
        await eventually(
          () =>
            publisher.publish(scene.queue, message).then(
              () => true,
              () => false,
            ),
          4 * backWithinMs,
        );
        accepted.add(message.id);
      }
    };
    const received = await scene.collect(await scene.transport(), { onError: () => undefined });
    const publishing = Promise.all(Array.from({ length: 8 }, (_, worker) => publishAll(worker)));
    await eventually(() => accepted.size > 40);
    await scene.backend.kill();
    await scene.backend.restart();
    await publishing;
    expect(accepted.size).toBe(400);
    await eventually(
      () => new Set(received.map(({ id }) => id)).size === 400,
      scene.driver.ackWaitMs + scene.driver.takeoverMs + backWithinMs,
    );
    console.log(`${scene.driver.name}: 400 accepted, 0 lost, ${received.length - 400} duplicates`);
  },
};
