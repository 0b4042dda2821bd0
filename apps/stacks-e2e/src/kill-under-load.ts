import { setTimeout as delay } from 'node:timers/promises';

import { perWorker, type RunningStack } from './running-stack.js';
import { until } from './until.js';

const manyCalls = 500;
const atOnce = 16;

/** Kills a worker and the broker while calls are submitted and run. @throws unless all are executed and called back */
export async function killUnderLoad(stack: RunningStack): Promise<string> {
  const ids = Array.from({ length: manyCalls }, (_, index) => `${stack.name}-${index}`);
  let next = 0;
  let accepted = 0;
  const submitting = Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < ids.length) {
        await stack.submit(ids[next++]!);
        accepted++;
      }
    }),
  );
  // It is awaited below; an error before that is reported first.
  submitting.catch(() => undefined);
  const reached = (count: number) => until(`${count} calls accepted`, 60_000, () => accepted >= count);

  await reached(100);
  // More than one worker can hold: each of the two holds some.
  const underWay = await until('both workers run jobs', 20_000, async () => {
    const { underWay: running } = await stack.witness.counts();
    return running > perWorker && running;
  });
  const worker = stack.kill('queue-worker');
  await reached(250);
  const broker = stack.kill(stack.broker!);
  // Answers that were sent before the kill arrive within this time.
  await delay(100);
  const before = accepted;
  await delay(1_000);
  const meanwhile = accepted - before;
  await stack.start(broker);
  await submitting;
  await untilCalledBack(stack, ids, 90_000);
  await stack.start(worker);
  const { executed, calledBack } = await stack.witness.counts();
  const repeated = (times: Readonly<Record<string, number>>) => ids.filter((id) => times[id]! > 1).length;
  return (
    `killed ${worker} with ${underWay} calls under way, and ${broker}; ${accepted} accepted, ` +
    `${meanwhile} of them in the second after that; all executed (${repeated(executed)} more than once), ` +
    `all called back (${repeated(calledBack)} more than once)`
  );
}

/** @throws with the number of calls that are missing */
export async function untilCalledBack(stack: RunningStack, ids: readonly string[], withinMs: number): Promise<void> {
  const without = (times: Readonly<Record<string, number>>) => ids.filter((id) => !times[id]).length;
  await until('all calls are called back', withinMs, async () => {
    const { executed, calledBack } = await stack.witness.counts();
    return without(executed) + without(calledBack) === 0;
  }).catch(async (error: Error) => {
    const { executed, calledBack } = await stack.witness.counts();
    const missing = `${without(executed)} of ${ids.length} never executed, ${without(calledBack)} never called back`;
    throw new Error(`${error.message}: ${missing}`, { cause: error });
  });
}
