import { setTimeout as delay } from 'node:timers/promises';

import type { Container } from 'dockerode';

import { functionPort } from './describe-container.js';

/** How the provider reaches a container: by a published port of its own loopback address, or over their network. */
export type Reach = 'published' | 'network';

const lookAgainMs = 50;

/** Where a started container listens, as soon as the engine knows. @throws the signal's reason */
export async function addressOf(
  container: Container,
  reach: Reach,
  network: string,
  signal: AbortSignal,
): Promise<URL> {
  for (;;) {
    const { Ports, Networks } = (await container.inspect()).NetworkSettings;
    const host = reach === 'published' ? '127.0.0.1' : Networks[network]?.IPAddress;
    const port = reach === 'published' ? Ports[functionPort]?.[0]?.HostPort : functionPort.split('/')[0];
    if (host && port) return new URL(`http://${host}:${port}`);
    await delay(lookAgainMs, undefined, { signal });
  }
}

/** What asks for the result of the image's own health check; an image without one is taken to be healthy. */
export async function healthOf(container: Container): Promise<() => Promise<boolean>> {
  const [kind = 'NONE'] = (await container.inspect()).Config.Healthcheck?.Test ?? [];
  if (kind === 'NONE') return async () => true;
  return async () => (await container.inspect()).State.Health?.Status === 'healthy';
}
