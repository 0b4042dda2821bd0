import { docker } from '@later/stacks';
import { expect } from 'vitest';

import { untilCalledBack } from './kill-under-load.js';
import type { RunningStack } from './running-stack.js';

const waiting = 20;

/** Removes and recreates all containers while calls wait. @throws unless the calls run, on the function deployed before */
export async function keepWaitingCalls(stack: RunningStack): Promise<string> {
  for (const index of [0, 1]) docker('stop', stack.container('queue-worker', index).name);
  const ids = Array.from({ length: waiting }, (_, index) => `${stack.name}-waiting-${index}`);
  for (const id of ids) await stack.submit(id);
  await stack.down();
  expect(stack.containers(), 'containers after down').toEqual([]);
  await stack.up();
  await stack.addWitness();
  const started = performance.now();
  await untilCalledBack(stack, ids, 120_000);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return `${waiting} waiting calls were executed and called back within ${seconds} s of the return of their function`;
}
