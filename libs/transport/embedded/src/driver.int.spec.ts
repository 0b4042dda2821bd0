import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';

import { describeTransport, type BackendUnderTest } from '@later/transport-conformance';

import { connectEmbedded } from './index.js';

/** Shorter than the defaults, so that the suite is short. */
const [ackWaitMs, publishTimeoutMs] = [1_000, 1_500];

/**
 * There is no broker to kill or freeze, so the suite takes the database away. Frozen: another process holds the write
 * lock, as a stuck process, a backup tool or a hung disk would. Killed: the same, and the database threads are
 * terminated in the middle of their work.
 */
async function startBackend(): Promise<BackendUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'later-embedded-'));
  const config = { dataDir, ackWaitMs, publishTimeoutMs };
  const threads = new Set<Worker>();
  let holder: ChildProcess | undefined;

  const watchThread = (thread: Worker): void => {
    threads.add(thread);
    thread.once('exit', () => threads.delete(thread));
  };
  process.on('worker', watchThread);

  async function lock(): Promise<void> {
    const script = new URL('../fixtures/hold-write-lock.mjs', import.meta.url);
    holder = fork(script, [join(dataDir, 'later.db')], { execArgv: [], stdio: 'inherit' });
    const [{ lockedBy }] = (await once(holder, 'message')) as [{ lockedBy: number }];
    if (lockedBy !== holder.pid) throw new Error(`Process ${lockedBy} has the lock, not ours (${holder.pid})`);
  }

  async function unlock(): Promise<void> {
    if (!holder) return;
    const exited = once(holder, 'exit');
    holder.kill('SIGKILL');
    await exited;
    holder = undefined;
  }

  return {
    connect: () => connectEmbedded(config),
    driver: { module: new URL('../dist/index.js', import.meta.url).href, connect: 'connectEmbedded', config },
    freeze: lock,
    thaw: unlock,
    kill: async () => {
      await Promise.all([...threads].map((thread) => thread.terminate()));
      await lock();
    },
    restart: unlock,
    stop: async () => {
      process.off('worker', watchThread);
      await unlock();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

describeTransport({ name: 'embedded', ackWaitMs, takeoverMs: 1_000, startBackend });
