import { appendFile, mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Reads the lines that a log had when it was opened, oldest first; later appends and rotations change nothing. */
export interface OpenedLog extends AsyncDisposable {
  lines(): AsyncGenerator<string>;
}

/**
 * The lines of one function on disk, in two segments: one that grows, and an older one (`.1`) that is replaced when the
 * first is full. The caller runs its operations one at a time; an opened log can be read at any time.
 */
export class LogFile {
  readonly #path: string;
  readonly #older: string;
  readonly #segmentBytes: number;
  /** The size of the growing segment; undefined while it is not known. */
  #bytes: number | undefined;

  /** @param maxBytes the limit for both segments together */
  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#older = `${path}.1`;
    this.#segmentBytes = Math.floor(maxBytes / 2);
  }

  /** @param lines each with its line break, none longer than a segment */
  async append(lines: readonly string[]): Promise<void> {
    let bytes = this.#bytes ?? (await this.#prepare());
    // After a failure the size is unknown: the next append measures it.
    this.#bytes = undefined;
    let unwritten = '';
    for (const line of lines) {
      const lineBytes = Buffer.byteLength(line);
      if (bytes + lineBytes > this.#segmentBytes) {
        await this.#write(unwritten);
        await rename(this.#path, this.#older);
        [unwritten, bytes] = ['', 0];
      }
      unwritten += line;
      bytes += lineBytes;
    }
    await this.#write(unwritten);
    this.#bytes = bytes;
  }

  async open(): Promise<OpenedLog> {
    await using opening = new AsyncDisposableStack();
    const segments: { readonly file: FileHandle; readonly bytes: number }[] = [];
    for (const path of [this.#older, this.#path]) {
      const file = await ifPresent(open(path));
      if (file) segments.push({ file: opening.use(file), bytes: (await file.stat()).size });
    }
    const opened = opening.move();
    return {
      async *lines() {
        for (const { file, bytes } of segments) if (bytes > 0) yield* linesOf(file, bytes);
      },
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  }

  async remove(): Promise<void> {
    this.#bytes = undefined;
    for (const path of [this.#older, this.#path]) await rm(path, { force: true });
  }

  /** Creates the growing segment, or continues that of an earlier process. @returns its size */
  async #prepare(): Promise<number> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    for (const path of [this.#older, this.#path]) {
      // The limit was higher when this segment was written.
      if (((await ifPresent(stat(path)))?.size ?? 0) > this.#segmentBytes) await rm(path);
    }
    await using file = await open(this.#path, 'a+', 0o600);
    const { size } = await file.stat();
    if (size === 0) return 0;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    if (buffer.toString() === '\n') return size;
    // The last line is incomplete: a line break keeps the next line apart from it.
    await file.appendFile('\n');
    return size + 1;
  }

  async #write(text: string): Promise<void> {
    if (text) await appendFile(this.#path, text, { mode: 0o600 });
  }
}

async function* linesOf(file: FileHandle, bytes: number): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of file.createReadStream({ start: 0, end: bytes - 1, encoding: 'utf8', autoClose: false })) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

async function ifPresent<T>(file: Promise<T>): Promise<T | undefined> {
  try {
    return await file;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
