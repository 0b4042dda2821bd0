import { setTimeout as delay } from 'node:timers/promises';

import type { Container } from 'dockerode';

import { functionPort } from './describe-container.js';

/** How the provider reaches a container: through a port published on its loopback address, or over their network. */
export type Reach = 'published' | 'network';

const pollMs = 50;

/** Waits until the engine knows the address of a started container. @throws the signal's reason */
export async function waitForAddress(
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
    await delay(pollMs, undefined, { signal });
  }
}

/** Gives a function that asks for the result of the image's health check; without a health check it is always true. */
export async function healthCheckOf(container: Container): Promise<() => Promise<boolean>> {
  const [kind = 'NONE'] = (await container.inspect()).Config.Healthcheck?.Test ?? [];
  if (kind === 'NONE') return async () => true;
  return async () => (await container.inspect()).State.Health?.Status === 'healthy';
}
