import { providePassword, stackNames, stackOf } from '@later/stacks';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';

import { keepWaitingCalls } from './keep-waiting-calls.js';
import { killUnderLoad } from './kill-under-load.js';
import { leaveNothing, removeLeftovers } from './leave-nothing.js';
import { skipReason } from './requirement.js';
import { restartGateways } from './restart-gateways.js';
import { runInContainer } from './run-in-container.js';
import { listeningAfter, RunningStack } from './running-stack.js';
import { serveWorker } from './serve-worker.js';
import { walkLabOf } from './walk-lab-of.js';

const upWithinMs = 900_000;

describe.skipIf(skipReason)('a stack on a container engine', () => {
  // The tests of a stack run in this order, each on the stack as the test before left it.
  describe.each(stackNames)('%s', (name) => {
    const hasBroker = stackOf(name).broker !== undefined;
    let stack: RunningStack;

    beforeAll(async () => {
      providePassword();
      stack = await RunningStack.prepare(name);
      await removeLeftovers(stack);
      await stack.up();
      const apps = stack.containers().filter(({ service }) => service !== stack.broker);
      const times = apps.map((app) => `${app.service} ${listeningAfter(app)} ms`).toSorted();
      console.log(`${name}: from start to listening, all at once: ${times.join(', ')}`);
    }, upWithinMs);
    afterEach(({ task }) => {
      if (task.result?.state === 'fail') console.log([name, ...stack.complaints()].join('\n'));
    });
    afterAll(() => stack?.down('--volumes'), 120_000);

    const see = (promise: string, withinMs: number, prove: (proven: RunningStack) => Promise<string | void>) =>
      test(
        promise,
        async () => {
          const seen = await prove(stack);
          if (seen) console.log(`${name}: ${seen}`);
        },
        withinMs,
      );

    see('the lab passes', 90_000, walkLabOf);
    if (hasBroker) {
      see('a witness and a second gateway join', 60_000, async (proven) => {
        await proven.addWitness();
        await proven.deployProof();
      });
      see('500 calls survive the kill of a worker and of the broker', 240_000, killUnderLoad);
      see('two gateways restart under 100 calls per second and no call fails', 150_000, restartGateways);
      see('waiting calls and deployed functions survive down and up', 240_000, keepWaitingCalls);
      see('nx serve takes the place of the workers', 240_000, serveWorker);
      see('a function runs in a container', 240_000, runInContainer);
    }
    see('down --volumes leaves nothing', 120_000, leaveNothing);
  });
});
