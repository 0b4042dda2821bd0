import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { lookupHost } from './calling-agent.js';

/** The longest time that a server may need to accept a connection. */
const connectMs = 1_000;
const retryEveryMs = 25;

/** Whether a server accepts connections at the host and port of a URL. */
export async function isListening({ hostname, port, protocol }: URL): Promise<boolean> {
  const socket = connect({
    // A URL writes an IPv6 address in brackets; `connect` takes it without.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    lookup: lookupHost,
    timeout: connectMs,
  });
  socket.once('timeout', () => socket.destroy(new Error('timeout')));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Waits until a server listens.
 * @returns false when no server listens in time
 * @throws the signal's reason when it aborts
 */
export async function waitUntilListening(url: URL, withinMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await isListening(url)) return true;
    signal.throwIfAborted();
    if (performance.now() > deadline) return false;
    await delay(retryEveryMs, undefined, { signal });
  }
}
