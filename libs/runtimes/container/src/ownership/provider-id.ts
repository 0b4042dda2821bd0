import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

const fileName = 'container-provider-id';

/**
 * Who a provider is to an engine, kept in its data directory: after a restart it knows its own containers, and never
 * takes those of another provider on the same engine for them.
 */
export async function readProviderId(dataDir: string): Promise<string> {
  const path = join(dataDir, fileName);
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (/^[0-9a-f-]{36}$/.test(kept)) return kept;
  const made = randomUUID();
  await mkdir(dataDir, { recursive: true });
  await writeFileAtomic(path, made, { mode: 0o600 });
  return made;
}
