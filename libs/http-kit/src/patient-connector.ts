import { setTimeout as startTimer } from 'node:timers';

import { buildConnector } from 'undici';

import type { RememberedLookup } from './remembered-lookup.js';

/** As long as a process of ours takes from its end to listening again, on a slow machine. */
const restartMs = 3_000;
const againEveryMs = 50;

/** How long a host is looked for where it was last, and then where the resolver says that it is: lookup and TLS included. */
const rememberedMs = 2_000;
const latestMs = 10_000;

/** Nobody was there, or nobody said so: the host may have moved. */
const lost: ReadonlySet<unknown> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH']);

export interface PatientConnectorOptions {
  readonly hosts: RememberedLookup;
  /** An origin that is waited for while nobody listens there, since it is being restarted; as in `URL.origin`. */
  readonly patientWith?: string | undefined;
}

/**
 * Makes connections for an undici `Agent`, and tries again where a host was restarted or has moved. Nothing of a request has
 * been sent before there is a connection, so that is safe for any of them.
 */
export function patientConnector({ hosts, patientWith }: PatientConnectorOptions): buildConnector.connector {
  const connectRemembered = buildConnector({ timeout: rememberedMs, lookup: hosts.lookup });
  const connectLatest = buildConnector({ timeout: latestMs, lookup: hosts.lookupLatest });
  return (options, callback) => {
    const patient = `${options.protocol}//${options.host}` === patientWith;
    const restartedBy = patient ? performance.now() + restartMs : 0;
    const attempt = (connect: typeof connectRemembered): void =>
      connect(options, (...outcome) => {
        const [error] = outcome;
        const code = error !== null && 'code' in error ? error.code : undefined;
        if (code === 'ECONNREFUSED' && performance.now() < restartedBy) startTimer(attempt, againEveryMs, connect);
        else if (lost.has(code) && connect === connectRemembered) attempt(connectLatest);
        else callback(...outcome);
      });
    attempt(connectRemembered);
  };
}
