/** `npm run bench`: every figure next to the one it is measured by, in one run. `TRANSPORTS=nats` picks; `SECONDS=5`. */
import { cpus } from 'node:os';

import { transportNames } from '@later/testing';

import { bareServerRate } from './bare-server-rate.js';
import { measureLatency } from './latency.js';
import { report } from './report.js';
import { measureThroughput } from './throughput.js';

const seconds = Number(process.env['SECONDS'] ?? 5);

console.log(
  `Node ${process.version}, ${cpus().length} cores, ${seconds} s a figure, bodies of 512 bytes, 64 in parallel.`,
);
console.log('The load, the processes and the broker share the machine.');
console.log(
  `An empty node:http server answers ${Math.round(await bareServerRate(seconds)).toLocaleString('en')}/s here.`,
);
for (const transport of transportNames) {
  const throughput = await measureThroughput(transport, seconds);
  console.log(report(transport, throughput, await measureLatency(transport)));
}
process.exit();
