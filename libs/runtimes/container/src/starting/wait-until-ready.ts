import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { Deadline } from '@later/http-kit';
import type { Dispatcher } from 'undici';

/** OpenFaaS's annotation for a readiness path: a function that has one is ready when the path answers 2xx. */
export const readyPathAnnotation = 'com.openfaas.ready.http.path';

/**
 * A connection that stays open this long was accepted by the function. A proxy in front of a published port accepts every
 * connection, and closes it at once when no process in the container listens. In ms.
 */
const staysOpenMs = 60;
const pollMs = 40;
/** How long the readiness path may take to answer. */
const readyAnswerMs = 2_000;

/** A started container that may not be ready for calls yet. */
export interface StartingContainer {
  readonly http: Dispatcher;
  readonly url: URL;
  /** From the function's annotation. */
  readonly readyPath: string | undefined;
  /** The result of the image's own health check; true for an image without one. */
  readonly isHealthy: () => Promise<boolean>;
}

/** Waits until a container can be called. Does not call its function. @throws the signal's reason */
export async function waitUntilReady(starting: StartingContainer, signal: AbortSignal): Promise<void> {
  while (!(await isReady(starting, signal))) await delay(pollMs, undefined, { signal });
}

async function isReady({ http, url, readyPath, isHealthy }: StartingContainer, signal: AbortSignal): Promise<boolean> {
  if (!(await isHealthy())) return false;
  return readyPath ? isReadyPathOk(http, url, readyPath, signal) : staysConnected(url, signal);
}

async function staysConnected({ hostname: host, port }: URL, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ host, port: Number(port) });
  // Nothing is sent, because even half a request may be a call for the function.
  socket.resume().on('error', () => undefined);
  const closed = once(socket, 'close', { signal }).then(
    () => true,
    () => true,
  );
  try {
    await once(socket, 'connect', { signal });
    return !(await Promise.race([closed, delay(staysOpenMs, false, { signal })]));
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function isReadyPathOk(http: Dispatcher, url: URL, path: string, signal: AbortSignal): Promise<boolean> {
  using deadline = new Deadline(readyAnswerMs, signal);
  try {
    const request = { origin: url.origin, path, method: 'GET', signal: deadline.signal } as const;
    const { statusCode, body } = await http.request(request);
    await body.dump();
    return statusCode >= 200 && statusCode < 300;
  } catch {
    return false;
  }
}
