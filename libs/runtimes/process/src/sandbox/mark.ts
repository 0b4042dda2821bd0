import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { findMarked, signalProcess } from './proc.js';

/**
 * In the environment of each process that is started here, and so of all that it starts: which data directory it belongs
 * to, and which call. A provider finds by it what one before it has left, and what left its process group. A pid kept on
 * disk would not find either, and might be another's by then.
 */
const variable = 'LATER_PROCESS';

/** The part of a mark that all processes of one data directory share. */
export const markOf = (dataDir: string): string =>
  `${variable}=${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}.`;

/** A mark of one process and what it starts. */
export function newMark(shared: string): { readonly mark: string; readonly env: Readonly<Record<string, string>> } {
  const mark = shared + randomUUID();
  return { mark, env: { [variable]: mark.slice(variable.length + 1) } };
}

/** What takes longer to end than this is held up by the system itself. */
const giveUpAfterMs = 10_000;

/** Ends all processes with this mark, those too that they start in the meantime. */
export async function killMarked(mark: string): Promise<void> {
  const deadline = performance.now() + giveUpAfterMs;
  for (;;) {
    const found = await findMarked(mark);
    for (const pid of found) signalProcess(pid, 'SIGKILL');
    if (found.length === 0 || performance.now() > deadline) return;
    await delay(2);
  }
}
