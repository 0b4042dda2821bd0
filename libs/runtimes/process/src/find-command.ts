import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

/**
 * Where a command is, as a shell would find it; undefined when it is nowhere, or cannot be run.
 * @param path the folders to look in, as in `PATH`
 */
export async function findCommand(name: string, path: string): Promise<string | undefined> {
  if (name === '') return undefined;
  const candidates = name.includes('/') ? [resolve(name)] : path.split(delimiter).map((folder) => join(folder, name));
  for (const file of candidates) if (await isProgram(file)) return file;
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
