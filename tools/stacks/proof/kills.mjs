import { setTimeout as delay } from 'node:timers/promises';

import { until } from './checks.mjs';
import { perWorker } from './proven-stack.mjs';

const manyCalls = 500;
const atOnce = 16;

/** Kills a worker and the broker while calls are submitted and run: all of them are executed and called back. */
export async function losesNothing(stack) {
  const ids = Array.from({ length: manyCalls }, (_, index) => `${stack.name}-${index}`);
  let next = 0;
  let accepted = 0;
  const submitting = Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < ids.length) {
        await stack.submit(ids[next++]);
        accepted++;
      }
    }),
  );
  // Looked at last; what fails before it is told first.
  submitting.catch(() => undefined);
  const reached = (count) => until(`${count} calls accepted`, 60_000, () => accepted >= count);
  await reached(100);
  // More than one worker can hold: whichever is killed has some.
  const underWay = await until('both workers are at work', 20_000, async () => {
    const found = await stack.witness('/counts');
    return found.underWay > perWorker && found.underWay;
  });
  const worker = stack.kill('queue-worker');
  await reached(250);
  const broker = stack.kill(stack.broker);
  // What was answered before the kill is heard of now.
  await delay(100);
  const before = accepted;
  await delay(1_000);
  const meanwhile = accepted - before;
  await stack.start(broker);
  await submitting;
  const counts = await until('all are called back', 90_000, async () => {
    const found = await stack.witness('/counts');
    return ids.every((id) => found.executed[id] && found.calledBack[id]) && found;
  }).catch(async (error) => {
    const { executed, calledBack } = await stack.witness('/counts');
    const without = (times) => ids.filter((id) => !times[id]).length;
    throw new Error(
      `${error.message}: ${without(executed)} of ${manyCalls} never executed, ${without(calledBack)} never called back`,
    );
  });
  await stack.start(worker);
  const again = (times) => ids.filter((id) => times[id] > 1).length;
  return (
    `killed ${worker} with ${underWay} calls under way, and ${broker}; ${accepted} accepted, ${meanwhile} of them in the second after that; ` +
    `all executed (${again(counts.executed)} more than once), all called back (${again(counts.calledBack)} more than once)`
  );
}
