/** The thread that owns this process's connection to the database, so that no fsync stops the main thread. */
import { BroadcastChannel, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

import { Alarm } from './alarm.js';
import { failed } from './group-commit.js';
import { openDatabase } from './open-database.js';
import { operationsOn } from './operations.js';
import { monotonicMs, openingNumber, type Answer, type ThreadOptions, type ToThread } from './protocol.js';
import { RequestLoop } from './request-loop.js';
import { purging } from './statements/forget.js';

/** Its answer is for nobody. */
const unasked = -1;

/** How often to look for ids to forget, and how soon to go on while there are more. */
const [purgeEveryMs, purgeOnMs] = [1_000, 50];

const port = parentPort;
if (!port) throw new Error('database-thread.js is started by DatabaseClient, in a thread of its own');

try {
  await serve();
} catch (error) {
  port.postMessage([failed({ number: openingNumber }, error)]);
  port.close();
}

async function serve(): Promise<void> {
  const options = workerData as ThreadOptions;
  const database = await openDatabase(options);
  const { isDue, purge } = purging(database);
  const operations = operationsOn(database, { isDue, purge });

  // Other processes look for changes every few ms; other transports of this one hear of them.
  const ready = new BroadcastChannel(`later-embedded:${options.path}`);
  const answer = (answers: readonly Answer[]): void => port!.postMessage(answers);
  const loop = new RequestLoop({ database, operations, answer, onReady: () => ready.postMessage(undefined) });
  ready.onmessage = () => loop.stir();

  const purger = new Alarm(() => {
    const due = isDue();
    purger.set(due ? purgeOnMs : purgeEveryMs);
    if (!due) return;
    loop.add([{ number: unasked, name: 'purge', args: [], deadline: monotonicMs() + purgeEveryMs }]);
    loop.run();
  });
  purger.set(purgeEveryMs);

  function close(): void {
    purger.clear();
    ready.close();
    database.close();
    port!.close();
  }

  port!.on('message', (first: ToThread) => {
    for (let next: { message: ToThread } | undefined = { message: first }; next; next = receiveMessageOnPort(port!)) {
      if (next.message === 'close') return loop.finish(close);
      loop.add(next.message);
    }
    loop.run();
  });
  answer([{ number: openingNumber, value: undefined }]);
}
