import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

const fileName = 'container-provider-id';

/**
 * Reads the provider's id from its data directory, and creates the id on the first start. With the id, a restarted
 * provider recognises its own containers and leaves those of other providers on the same engine alone.
 */
export async function readProviderId(dataDir: string): Promise<string> {
  const path = join(dataDir, fileName);
  const stored = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (/^[0-9a-f-]{36}$/.test(stored)) return stored;
  const created = randomUUID();
  await mkdir(dataDir, { recursive: true });
  await writeFileAtomic(path, created, { mode: 0o600 });
  return created;
}
