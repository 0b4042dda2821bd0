import { setTimeout as startTimer } from 'node:timers';

import { buildConnector } from 'undici';

import type { DnsCache } from './dns-cache.js';

/** The time that a process of Later needs from its end until it listens again, on a slow machine. */
const restartMs = 3_000;
const retryEveryMs = 50;

/** The longest time for a connection to a cached address, and then to a freshly resolved one: lookup and TLS included. */
const cachedMs = 2_000;
const resolvedMs = 10_000;

/** The errors of a host that does not answer at its address: it may have a new one. */
const hostMissing: ReadonlySet<unknown> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH']);

export interface RetryingConnectorOptions {
  readonly dns: DnsCache;
  /** The origin of a server that restarts: a refused connection to it is retried. As in `URL.origin`. */
  readonly restarts?: string | undefined;
}

/**
 * Makes connections for an undici `Agent`. Connects again when the server restarts or its host has a new address. This
 * is safe for every request: no byte of a request is sent before there is a connection.
 */
export function retryingConnector({ dns, restarts }: RetryingConnectorOptions): buildConnector.connector {
  const connectCached = buildConnector({ timeout: cachedMs, lookup: dns.lookup });
  const connectResolved = buildConnector({ timeout: resolvedMs, lookup: dns.lookupUncached });
  return (options, callback) => {
    const mayRestart = `${options.protocol}//${options.host}` === restarts;
    const retryUntil = mayRestart ? performance.now() + restartMs : 0;
    const attempt = (connect: typeof connectCached): void =>
      connect(options, (...outcome) => {
        const [error] = outcome;
        const code = error !== null && 'code' in error ? error.code : undefined;
        if (code === 'ECONNREFUSED' && performance.now() < retryUntil) startTimer(attempt, retryEveryMs, connect);
        else if (hostMissing.has(code) && connect === connectCached) attempt(connectResolved);
        else callback(...outcome);
      });
    attempt(connectCached);
  };
}
