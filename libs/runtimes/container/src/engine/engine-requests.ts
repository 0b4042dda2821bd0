import type Docker from 'dockerode';

import { engineReasonOf, engineStatusOf, type Engine } from './engine.js';

/** Awaits a request to the engine. @returns undefined when the engine does not have what was requested or deleted */
export async function ignoreMissing<Found>(request: Promise<Found>): Promise<Found | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Podman answers 500 when an object is deleted during a request. */
const isMissing = (error: unknown): boolean =>
  engineStatusOf(error) === 404 ||
  (engineStatusOf(error) === 500 && /no such (container|volume|network)/.test(engineReasonOf(error)));

/** Deletes a container, running or not, and its anonymous volumes. Does nothing when the container is missing. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  await ignoreMissing(container.remove({ force: true, v: true }));
}

/** Lists containers of an engine, running or not. */
export const listContainers = (
  engine: Engine,
  filters: Readonly<Record<string, string[]>> = {},
): Promise<readonly Docker.ContainerInfo[]> => retryOnPodmanRace(() => engine.listContainers({ all: true, filters }));

const maxAttempts = 10;

/** Podman answers 500 to a read while other objects of the same kind are deleted; the read is repeated at once. */
export async function retryOnPodmanRace<Found>(read: () => Promise<Found>): Promise<Found> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      const isRace = engineStatusOf(error) === 500 && /no such|not known/.test(engineReasonOf(error));
      if (!isRace || attempt === maxAttempts) throw error;
    }
  }
}
