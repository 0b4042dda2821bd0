import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** 192 bits, 32 characters that need no quoting anywhere. */
const newPassword = (): string => randomBytes(24).toString('base64url');

export interface KeptPassword {
  readonly path: string;
  readonly password: string;
  /** Whether it was made just now, by this process. */
  readonly made: boolean;
}

/** The password that a data directory keeps; made when there is none, by one of all the processes that share it. */
export async function keptPassword(dataDir: string): Promise<KeptPassword> {
  const path = join(dataDir, 'basic-auth-password');
  const kept = await readIfThere(path);
  if (kept !== undefined) return { path, password: kept, made: false };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const password = newPassword();
  if (await createWhole(path, `${password}\n`)) return { path, password, made: true };
  return { path, password: await readFile(path, 'utf8'), made: false };
}

/** Creates a file with all of its content at once. @returns false when there is one by that name */
async function createWhole(path: string, content: string): Promise<boolean> {
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

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
