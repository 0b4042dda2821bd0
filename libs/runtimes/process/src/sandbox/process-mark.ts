import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { findMarked, signalProcess } from './proc.js';

/**
 * Every launched process has this variable, and its descendants inherit it. The value names the data directory and the
 * launch. With it a provider finds processes that an earlier provider left behind, and processes that left their group. A
 * pid on disk would find neither, and the system may have given it to another process.
 */
const variable = 'LATER_PROCESS';

/** The start of a mark, which all processes of one data directory share. */
export const sharedMarkOf = (dataDir: string): string =>
  `${variable}=${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}.`;

/** Creates the mark of one process and its descendants. */
export function newMark(shared: string): { readonly mark: string; readonly env: Readonly<Record<string, string>> } {
  const mark = shared + randomUUID();
  return { mark, env: { [variable]: mark.slice(variable.length + 1) } };
}

/** The kernel itself keeps a killed process that still exists after this time. */
const giveUpAfterMs = 10_000;

/** Kills all processes with this mark, including those that they start meanwhile. */
export async function killMarked(mark: string): Promise<void> {
  const deadline = performance.now() + giveUpAfterMs;
  for (;;) {
    const found = await findMarked(mark);
    for (const pid of found) signalProcess(pid, 'SIGKILL');
    if (found.length === 0 || performance.now() > deadline) return;
    await delay(2);
  }
}
