import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { z } from 'zod';
import writeFileAtomic from 'write-file-atomic';

/** Only the provider's user may read the files: they contain secrets. */
const folderMode = 0o700;
const fileMode = 0o600;

/**
 * A folder of files that are written completely or not at all: a new file is written and flushed next to the old one,
 * then renamed over it. The suffix of a finished file tells it from the temporary file that a crash may leave.
 */
export class StateFolder {
  constructor(
    readonly path: string,
    private readonly suffix: string,
  ) {}

  pathOf(name: string): string {
    return join(this.path, name + this.suffix);
  }

  /** Writes of the same name happen in the order of the calls. */
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

  /** The names of the files; deletes temporary files that a crashed process left. */
  async names(): Promise<readonly string[]> {
    const files = await readdir(this.path).catch(ifMissing([] as string[]));
    const halfWritten = files.filter((file) => !file.endsWith(this.suffix));
    await Promise.all(halfWritten.map((file) => rm(join(this.path, file), { recursive: true, force: true })));
    return files.filter((file) => file.endsWith(this.suffix)).map((file) => file.slice(0, -this.suffix.length));
  }

  /** @throws Error that names the file when its content is not valid: something else than the provider changed it */
  async read<Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.output<Schema>> {
    const path = this.pathOf(name);
    try {
      return schema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (cause) {
      throw new Error(`${path} is not what the provider wrote. Move it away to start without it.`, { cause });
    }
  }
}

/** Returns a value in place of the content of a folder that does not exist. */
export const ifMissing =
  <T>(value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
