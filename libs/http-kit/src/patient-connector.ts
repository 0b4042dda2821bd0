import { setTimeout as startTimer } from 'node:timers';

import { buildConnector } from 'undici';

/** As long as a process of ours takes from its end to listening again, on a slow machine. */
const patienceMs = 3_000;
const againEveryMs = 50;

/**
 * Makes a connector of an undici `Agent` patient with one origin: where nobody listens there, it is being restarted.
 * Nothing of a request has been sent before there is a connection, so to try again is safe for any of them.
 * @param origin as in `URL.origin`
 */
export function patientConnector(
  origin: string,
  connect: buildConnector.connector = buildConnector({}),
): buildConnector.connector {
  const connectUntil = (until: number, ...[options, callback]: Parameters<typeof connect>): void =>
    connect(options, (...outcome) => {
      const [error] = outcome;
      const refused = error !== null && 'code' in error && error.code === 'ECONNREFUSED';
      const again = refused && `${options.protocol}//${options.host}` === origin && performance.now() < until;
      if (again) startTimer(() => connectUntil(until, options, callback), againEveryMs);
      else callback(...outcome);
    });
  return (options, callback) => connectUntil(performance.now() + patienceMs, options, callback);
}
