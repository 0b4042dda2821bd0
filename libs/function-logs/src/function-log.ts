import type { FunctionAddress } from '@later/job-schema';
import type { FunctionLogLine } from '@later/function-schema';
import pLimit from 'p-limit';

import { capText } from './cap-text.js';
import { Follower } from './follower.js';
import { LineBuffer, type Capacity } from './line-buffer.js';
import { LogFile } from './log-file.js';
import { lineFilter, type LineFilter, type LogQuery } from './log-query.js';

export interface FunctionLogOptions {
  readonly address: FunctionAddress;
  readonly path: string;
  /** The limit on disk. */
  readonly maxBytes: number;
  /** The memory for unwritten lines, shared by all functions. */
  readonly unwritten: Capacity;
  readonly now: () => Date;
  /** Called for the first failed write after a successful one. */
  readonly onUnwritable: (reason: string) => void;
}

/** A follower that is further behind misses lines. It is more than a terminal shows in a minute, yet cheap for many. */
const maxBehindBytes = 256 * 1024;

/** The log of one function: its lines on disk, its unwritten lines, and its followers. */
export class FunctionLog {
  readonly #options: FunctionLogOptions;
  readonly #file: LogFile;
  readonly #unwritten: LineBuffer;
  readonly #followers = new Set<Follower>();
  #readers = 0;
  #wasWritten = false;
  #isWritable = true;
  /** Runs the operations of the file one at a time. */
  readonly #limit = pLimit(1);

  constructor(options: FunctionLogOptions) {
    const { path, maxBytes, unwritten: shared, address, now } = options;
    this.#options = options;
    this.#file = new LogFile(path, maxBytes);
    // A write larger than a segment would delete lines before anybody could read them.
    this.#unwritten = new LineBuffer({ address, now, maxBytes: maxBytes / 2, shared });
  }

  /** Whether this object can be discarded: nothing was written to it and it has no reader. */
  get isUnused(): boolean {
    return !this.#wasWritten && this.#readers === 0;
  }

  write(instance: string, text: string): void {
    this.#wasWritten = true;
    // Dropping is cheap, so a function that never stops printing costs little.
    if (this.#unwritten.isDropping && this.#followers.size === 0) return this.#unwritten.drop(instance);
    const { address, now } = this.#options;
    const { name, namespace } = address;
    const capped = capText(text);
    const line = { name, namespace, instance, timestamp: now().toISOString(), text: capped.text };
    this.#unwritten.add(line, capped.bytes);
    for (const follower of this.#followers) follower.offer(line, capped.bytes);
  }

  /** Writes the unwritten lines to disk. Lines that cannot be written are dropped and reported by a later line. */
  flush(): Promise<void> {
    return this.#limit(() => this.#append());
  }

  /** @throws RangeError when the query is invalid */
  read(query: LogQuery): AsyncGenerator<FunctionLogLine> {
    const isWanted = lineFilter(query);
    return this.#read(query, isWanted);
  }

  /** Deletes all lines and ends the followers. */
  async remove(): Promise<void> {
    this.#wasWritten = false;
    this.end();
    this.#unwritten.take();
    await this.#limit(() => this.#file.remove());
  }

  /** Ends the followers. */
  end(): void {
    for (const follower of this.#followers) follower.end();
  }

  async *#read({ tail = 0, follow, signal }: LogQuery, isWanted: LineFilter): AsyncGenerator<FunctionLogLine> {
    const { address, now } = this.#options;
    const follower = follow && new Follower({ address, now, maxBytes: maxBehindBytes, isWanted, signal });
    this.#readers++;
    try {
      yield* this.#stored(tail, isWanted, signal, follower || undefined);
      if (follower) yield* follower.lines();
    } finally {
      this.#readers--;
      if (follower) this.#followers.delete(follower);
    }
  }

  async *#stored(tail: number, isWanted: LineFilter, signal: AbortSignal, follower?: Follower) {
    await using files = await this.#limit(async () => {
      await this.#append(follower);
      return this.#file.open();
    });
    const last: FunctionLogLine[] = [];
    for await (const text of files.lines()) {
      if (signal.aborted) return;
      const line = parseLine(text);
      if (!line || !isWanted(line)) continue;
      if (tail <= 0) yield line;
      else if (last.push(line) > tail) last.shift();
    }
    for (const line of last) if (!signal.aborted) yield line;
  }

  /** @param follower receives the lines that are written from now on, and none of those that this call stores */
  async #append(follower?: Follower): Promise<void> {
    const lines = this.#unwritten.take();
    if (follower) this.#followers.add(follower);
    if (lines.length === 0) return;
    try {
      await this.#file.append(lines.map((line) => `${JSON.stringify(line)}\n`));
      this.#isWritable = true;
    } catch (error) {
      this.#unwritten.dropTaken(lines);
      if (this.#isWritable) this.#options.onUnwritable(String(error));
      this.#isWritable = false;
    }
  }
}

/** Undefined for a line that a crash or the disk damaged. */
function parseLine(text: string): FunctionLogLine | undefined {
  try {
    return JSON.parse(text) as FunctionLogLine;
  } catch {
    return undefined;
  }
}
