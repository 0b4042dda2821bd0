/** The thread that owns this process's connection to the database, so that no fsync stops the main thread. */
import { BroadcastChannel, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

import { failedReply } from '../errors.js';
import { commitChannel } from '../names.js';
import { monotonicMs, openingNumber, type ThreadInput, type ThreadOptions, type ThreadReply } from '../wire.js';
import { openDatabase } from './open-database.js';
import { prepareOperations } from './operations.js';
import { RequestLoop } from './request-loop.js';
import { ResettableTimer } from './resettable-timer.js';
import { preparePurge } from './statements/forget.js';

/** The number of the purge, which the thread requests of itself: the client ignores its reply. */
const purgeNumber = -1;

/** How often to look for ids to delete, and how soon to go on while there are more. */
const [purgeEveryMs, purgeAgainMs] = [1_000, 50];

const port = parentPort;
if (!port) throw new Error('database-thread.js is started by DatabaseClient, in a thread of its own');

try {
  await serve();
} catch (error) {
  port.postMessage([failedReply(openingNumber, error)]);
  port.close();
}

async function serve(): Promise<void> {
  const options = workerData as ThreadOptions;
  const database = await openDatabase(options);
  const { isDue, purge } = preparePurge(database);
  const operations = prepareOperations(database, { isDue, purge });

  // Tells the other threads of this process about a commit at once; other processes poll the file every few ms.
  const commits = new BroadcastChannel(commitChannel(options.path));
  const reply = (replies: readonly ThreadReply[]): void => port!.postMessage(replies);
  const loop = new RequestLoop({ database, operations, reply, onReady: () => commits.postMessage(undefined) });
  commits.onmessage = () => loop.noteCommit();

  const purgeTimer = new ResettableTimer(() => {
    const due = isDue();
    purgeTimer.set(due ? purgeAgainMs : purgeEveryMs);
    if (!due) return;
    loop.add([{ number: purgeNumber, name: 'purge', args: [], deadline: monotonicMs() + purgeEveryMs }]);
    loop.run();
  });
  purgeTimer.set(purgeEveryMs);

  function close(): void {
    purgeTimer.clear();
    commits.close();
    database.close();
    port!.close();
  }

  port!.on('message', (first: ThreadInput) => {
    for (
      let next: { message: ThreadInput } | undefined = { message: first };
      next;
      next = receiveMessageOnPort(port!)
    ) {
      if (next.message === 'close') return loop.finish(close);
      loop.add(next.message);
    }
    loop.run();
  });
  reply([{ number: openingNumber, value: undefined }]);
}
