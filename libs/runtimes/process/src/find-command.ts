import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

/**
 * Finds a command's file as a shell does.
 * @param path the folders to search, in the format of `PATH`
 * @returns undefined when no executable file is found
 */
export async function findCommand(name: string, path: string): Promise<string | undefined> {
  if (name === '') return undefined;
  const candidates = name.includes('/') ? [resolve(name)] : path.split(delimiter).map((folder) => join(folder, name));
  for (const file of candidates) if (await isExecutable(file)) return file;
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
