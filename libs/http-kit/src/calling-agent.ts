import { Agent } from 'undici';

import { patientConnector } from './patient-connector.js';
import { RememberedLookup } from './remembered-lookup.js';

/** What a process of ours knows of other hosts' addresses. */
const hosts = new RememberedLookup();

export const lookupHost = hosts.lookup;

export interface CallingAgentOptions {
  /** An origin that is waited for while it is restarted, as in `URL.origin`. */
  readonly patientWith?: string;
}

/**
 * What everything of ours makes its requests with. It has no timeouts: how long a call may take in all is the caller's to
 * keep, while undici's start anew with every byte, and would cut a slow stream that is alive.
 */
export function callingAgent({ patientWith }: CallingAgentOptions = {}): Agent {
  return new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: patientConnector({ hosts, patientWith }),
  });
}
