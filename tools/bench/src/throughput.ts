import { setTimeout as delay } from 'node:timers/promises';

import { System, eventually, type TransportName } from '@later/testing';

import { startFunction, type FunctionProcess } from './function-process.js';
import { answersPerSecond } from './load.js';
import { residentMiB } from './memory.js';
import { rawPublishesPerSecond } from './raw-publish.js';

/** Rates a second, and what the processes hold in memory after it all, in MiB. */
export interface Throughput {
  readonly rawPublished: number;
  readonly accepted: number;
  readonly bare: number;
  readonly sync: number;
  readonly executed: number;
  readonly memory: Readonly<Record<string, number>>;
}

/** Everything that is a rate, with a process for each role. */
export async function measureThroughput(transport: TransportName, seconds: number): Promise<Throughput> {
  const fn = await startFunction();
  const system = await System.start({ transport, functions: { bare: { upstream: fn.url } }, env: { ACK_WAIT: '30s' } });
  try {
    const rawPublished = await rawPublishesPerSecond[transport](system.backend, seconds);
    const bare = await answersPerSecond(fn.url, seconds);
    const sync = await answersPerSecond(`${system.gatewayUrl}/function/bare`, seconds);
    // Nobody works while calls are accepted, so that each has the machine to itself.
    await system.killRole('queue-worker');
    const accepted = await answersPerSecond(`${system.gatewayUrl}/async-function/bare`, seconds);
    await system.startRole('queue-worker');
    const executed = await executedPerSecond(fn, seconds);
    return { rawPublished, accepted, bare, sync, executed, memory: memoryOf(system) };
  } finally {
    await system.stop();
    fn.stop();
  }
}

/** How fast a backlog is worked off, once it is worked on. */
async function executedPerSecond(fn: FunctionProcess, seconds: number): Promise<number> {
  const before = await fn.answered();
  await eventually(async () => (await fn.answered()) > before);
  const [first, started] = [await fn.answered(), performance.now()];
  await delay(seconds * 1_000);
  const last = await fn.answered();
  return (last - first) / ((performance.now() - started) / 1_000);
}

function memoryOf(system: System): Record<string, number> {
  const measured = ['gateway', 'queue-worker'] as const;
  return Object.fromEntries(measured.map((role) => [role, residentMiB(system.app(role).pid)]));
}
