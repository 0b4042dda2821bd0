import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { z } from 'zod';
import writeFileAtomic from 'write-file-atomic';

/** Nobody but the provider reads what it keeps: there are secrets in it. */
const folderMode = 0o700;
const fileMode = 0o600;

/**
 * A folder of files that are written whole or not at all: beside the old one, flushed, then put in its place. A file's
 * name ends in its kind, so that what a crash left of a half-written one is told apart, and cleared away.
 */
export class StateFolder {
  constructor(
    readonly path: string,
    private readonly suffix: string,
  ) {}

  pathOf(name: string): string {
    return join(this.path, name + this.suffix);
  }

  /** Writes of the same name happen in the order they were asked for. */
  async write(name: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(this.pathOf(name)), { recursive: true, mode: folderMode });
    await writeFileAtomic(this.pathOf(name), content, { mode: fileMode });
  }

  async remove(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true });
  }

  async clear(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  /** The names there are; half-written files of a process that died are removed. */
  async names(): Promise<readonly string[]> {
    const files = await readdir(this.path).catch(ifMissing([] as string[]));
    const halfWritten = files.filter((file) => !file.endsWith(this.suffix));
    await Promise.all(halfWritten.map((file) => rm(join(this.path, file), { recursive: true, force: true })));
    return files.filter((file) => file.endsWith(this.suffix)).map((file) => file.slice(0, -this.suffix.length));
  }

  /** @throws what is wrong with the file, naming it: it is not the provider's work if it cannot be read */
  async read<Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.output<Schema>> {
    const path = this.pathOf(name);
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (cause) {
      throw new Error(`${path} is not what the provider wrote. Move it away to start without it.`, { cause });
    }
  }
}

/** Stands in for what a folder that is not there would have held. */
export const ifMissing =
  <T>(value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
