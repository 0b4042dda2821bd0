import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { FunctionAddress } from '@later/job-schema';

import { logPath } from './log-path.js';

/** Removes every log in the folder except those of these functions. */
export async function removeOtherLogs(folder: string, addresses: Iterable<FunctionAddress>): Promise<void> {
  const kept = new Set(Array.from(addresses, (address) => logPath(folder, address)));
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    // The older of a function's two segments ends in `.1`.
    if (file.isFile() && !kept.has(path.replace(/\.1$/, ''))) await rm(path, { force: true });
  }
}
