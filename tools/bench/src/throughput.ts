import { setTimeout as delay } from 'node:timers/promises';

import { eventually, System, type TransportName } from '@later/testing';

import { answersPerSecond } from './load.js';
import { residentMiB } from './memory.js';
import { rawPublishesPerSecond } from './raw-publish.js';

/** Rates a second, and what the processes hold in memory after it all, in MiB. */
export interface Throughput {
  readonly rawPublished: number;
  readonly accepted: number;
  /** The function itself, called without Later. */
  readonly direct: number;
  readonly sync: number;
  /** The same by way of the provider, which counts what each instance has in flight. */
  readonly throughProvider: number;
  readonly executed: number;
  readonly memory: Readonly<Record<string, number>>;
}

/** A function of function-kit that does nothing: `long-task`, told to sleep for no time; called directly, and counted. */
const counted = { upstream: '${FUNCTIONS_URL}/long-task', environment: { max_inflight: '100000' } };
const [name, env] = ['long-task', { LONG_TASK_DURATION: '0s', ACK_WAIT: '30s' }];

/** Everything that is a rate, with a process for each role. */
export async function measureThroughput(transport: TransportName, seconds: number): Promise<Throughput> {
  const system = await System.start({ transport, env, functions: { counted } });
  try {
    const rawPublished = await rawPublishesPerSecond[transport](system.backend, seconds);
    const direct = await answersPerSecond(`${system.app('functions').url('functions')}/${name}`, seconds);
    const sync = await answersPerSecond(`${system.gatewayUrl}/function/${name}`, seconds);
    const throughProvider = await answersPerSecond(`${system.gatewayUrl}/function/counted`, seconds);
    // Nobody works while calls are accepted, so that each has the machine to itself.
    await system.killRole('queue-worker');
    const accepted = await answersPerSecond(`${system.gatewayUrl}/async-function/${name}`, seconds);
    await system.startRole('queue-worker');
    await working(system, seconds);
    const memory = memoryOf(system);
    await system.killRole('queue-worker');
    return { rawPublished, accepted, direct, sync, throughProvider, executed: executedPerSecond(system), memory };
  } finally {
    await system.stop();
  }
}

/** Lets the worker work for so long, from the first job on. */
async function working(system: System, seconds: number): Promise<void> {
  await eventually(() => system.logged('queue-worker', 'Invoked').length > 0);
  await delay(seconds * 1_000);
}

/** How fast the backlog was worked off, by the worker's own log. */
function executedPerSecond(system: System): number {
  const invoked = system.logged('queue-worker', 'Invoked').map(({ time }) => Date.parse(time));
  return invoked.length / ((invoked.at(-1)! - invoked[0]!) / 1_000);
}

function memoryOf(system: System): Record<string, number> {
  const measured = ['gateway', 'queue-worker'] as const;
  return Object.fromEntries(measured.map((role) => [role, residentMiB(system.app(role).pid)]));
}
