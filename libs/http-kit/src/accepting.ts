import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { lookupHost } from './calling-agent.js';

/** A connection that is not taken within this is not taken. */
const connectMs = 1_000;
const lookAgainMs = 25;

/** Whether somebody takes connections there. */
export async function accepts({ hostname, port, protocol }: URL): Promise<boolean> {
  const socket = connect({
    // An IPv6 address has brackets in a URL and none elsewhere.
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

/** Looks until somebody does; false when nobody did in time. @throws the signal's reason when it aborts */
export async function untilAccepting(url: URL, withinMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await accepts(url)) return true;
    signal.throwIfAborted();
    if (performance.now() > deadline) return false;
    await delay(lookAgainMs, undefined, { signal });
  }
}
