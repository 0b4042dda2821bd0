import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { Deadline } from '@later/http-kit';
import type { Dispatcher } from 'undici';

/** OpenFaaS's annotation for a function that knows best when it is ready; a 2xx there says so. */
export const readyPathAnnotation = 'com.openfaas.ready.http.path';

/**
 * A connection that is still open after this was taken by the function. Before a published port there may be a proxy
 * that takes every connection, and drops at once what nobody in the container wants. In ms.
 */
const stillOpenMs = 60;
const lookAgainMs = 40;
/** How long a function may think about whether it is ready. */
const readyAnswerMs = 2_000;

/** A container that is about to take calls. */
export interface Starting {
  readonly http: Dispatcher;
  readonly url: URL;
  /** From the function's annotation. */
  readonly readyPath: string | undefined;
  /** What the image's own health check says; true for an image without one. */
  readonly isHealthy: () => Promise<boolean>;
}

/** Resolves once a container can be called, without calling its function. @throws the signal's reason */
export async function awaitReady(starting: Starting, signal: AbortSignal): Promise<void> {
  while (!(await isReady(starting, signal))) await delay(lookAgainMs, undefined, { signal });
}

async function isReady({ http, url, readyPath, isHealthy }: Starting, signal: AbortSignal): Promise<boolean> {
  if (!(await isHealthy())) return false;
  return readyPath ? answersWell(http, url, readyPath, signal) : listens(url, signal);
}

async function listens({ hostname: host, port }: URL, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ host, port: Number(port) });
  // Nothing is sent: a request, even one half written, may be a call to the function.
  socket.resume().on('error', () => undefined);
  const dropped = once(socket, 'close', { signal }).then(
    () => true,
    () => true,
  );
  try {
    await once(socket, 'connect', { signal });
    return !(await Promise.race([dropped, delay(stillOpenMs, false, { signal })]));
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function answersWell(http: Dispatcher, url: URL, path: string, signal: AbortSignal): Promise<boolean> {
  using deadline = new Deadline(readyAnswerMs, signal);
  try {
    const asked = { origin: url.origin, path, method: 'GET', signal: deadline.signal } as const;
    const { statusCode, body } = await http.request(asked);
    await body.dump();
    return statusCode >= 200 && statusCode < 300;
  } catch {
    return false;
  }
}
