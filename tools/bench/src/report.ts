import type { TransportName } from '@later/testing';

import type { Latency } from './latency.js';
import type { Throughput } from './throughput.js';

/** Of what the backend, or the function, does by itself. */
const aims = {
  accepted: { embedded: 0.4, nats: 0.25, bullmq: 0.25 },
  executed: 0.2,
  sync: 0.33,
  throughProvider: 0.2,
  startP50Ms: 5,
};

/** The figures of one transport, each next to what it is measured by. */
export function report(transport: TransportName, rates: Throughput, latency: Latency): string {
  const { rawPublished, accepted, direct, sync, throughProvider, executed, memory } = rates;
  const rss = Object.entries(memory).map(([role, mib]) => `${role} ${mib.toFixed(0)} MiB`);
  return [
    '',
    transport,
    ratio('accepted', accepted, 'raw publish', rawPublished, aims.accepted[transport]),
    ratio('executed', executed, 'the function called directly', direct, aims.executed),
    ratio('sync', sync, 'the function called directly', direct, aims.sync),
    ratio('by the provider', throughProvider, 'the function called directly', direct, aims.throughProvider),
    line(
      '202 to start',
      `p50 ${ms(latency.startP50)}, p95 ${ms(latency.startP95)}`,
      `p50 under ${aims.startP50Ms} ms`,
      latency.startP50 < aims.startP50Ms,
    ),
    `  ${'start to first 202'.padEnd(20)} ${ms(latency.first202)}`,
    `  ${'memory after load'.padEnd(20)} ${rss.join(', ')}`,
  ].join('\n');
}

function ratio(what: string, rate: number, next: string, to: number, aim: number): string {
  const figures = `${perSecond(rate)} to ${perSecond(to)} of ${next}: ${(rate / to).toFixed(2)}`;
  return line(what, figures, String(aim), rate / to >= aim);
}

const line = (what: string, figures: string, aim: string, met: boolean): string =>
  `  ${what.padEnd(20)} ${figures.padEnd(66)} aim ${aim.padEnd(15)} ${met ? 'met' : 'BELOW'}`;

const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en')}/s`;
const ms = (value: number): string => `${value.toFixed(1)} ms`;
