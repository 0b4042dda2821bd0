import { Agent } from 'undici';

import { DnsCache } from './dns-cache.js';
import { retryingConnector } from './retrying-connector.js';

/** The one DNS cache of this process. */
const dns = new DnsCache();

export const lookupHost = dns.lookup;

export interface CallingAgentOptions {
  /** The origin of a server that restarts: a refused connection to it is retried. As in `URL.origin`. */
  readonly restarts?: string;
}

/**
 * Makes the undici agent that sends a package's requests. It has no timeouts of its own: each caller limits its whole
 * call. The timeouts of undici start again with every byte, and would cut a slow stream that still sends.
 */
export function callingAgent({ restarts }: CallingAgentOptions = {}): Agent {
  return new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: retryingConnector({ dns, restarts }),
  });
}
