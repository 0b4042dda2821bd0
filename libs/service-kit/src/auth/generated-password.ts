import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** 192 random bits as 32 characters, none of which needs quoting in a shell or a URL. */
const newPassword = (): string => randomBytes(24).toString('base64url');

export interface KeptPassword {
  readonly path: string;
  readonly password: string;
  /** Whether this call generated it. */
  readonly isNew: boolean;
}

/** Reads the password of a data directory, or generates it. Of several processes that start together, one generates it. */
export async function readOrCreatePassword(dataDir: string): Promise<KeptPassword> {
  const path = join(dataDir, 'basic-auth-password');
  const kept = await readIfPresent(path);
  if (kept !== undefined) return { path, password: kept, isNew: false };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const password = newPassword();
  if (await createAtomically(path, `${password}\n`)) return { path, password, isNew: true };
  return { path, password: await readFile(path, 'utf8'), isNew: false };
}

/** Creates a file that never exists without its content. @returns false when the file exists already */
async function createAtomically(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
