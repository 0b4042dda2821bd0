import type { FunctionAddress } from '@later/job-schema';
import type { FunctionLogLine } from '@later/function-schema';

import { capText } from './cap-text.js';
import { Follower } from './follower.js';
import { LineBuffer, type Room } from './line-buffer.js';
import { LogFile } from './log-file.js';
import { wantedBy, type IsWanted, type LogQuery } from './log-query.js';

export interface FunctionLogOptions {
  readonly address: FunctionAddress;
  readonly path: string;
  /** On disk. */
  readonly maxBytes: number;
  /** What the lines of all functions may take that are on their way to the disk. */
  readonly unwritten: Room;
  readonly now: () => Date;
  /** Told once, until it can be written again. */
  readonly onUnwritable: (reason: string) => void;
}

/** A reader that is further behind than this misses lines: more than a terminal shows in a minute, little for each of many. */
const maxBehindBytes = 256 * 1024;

/** The lines of one function: those on disk, those on their way there, and who follows. */
export class FunctionLog {
  readonly #options: FunctionLogOptions;
  readonly #file: LogFile;
  readonly #unwritten: LineBuffer;
  readonly #followers = new Set<Follower>();
  #readers = 0;
  #wasWritten = false;
  #isWritable = true;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FunctionLogOptions) {
    const { path, maxBytes, unwritten: shared, address, now } = options;
    this.#options = options;
    this.#file = new LogFile(path, maxBytes);
    // More than a segment at once would push out lines that nobody had a chance to read.
    this.#unwritten = new LineBuffer({ address, now, maxBytes: maxBytes / 2, shared });
  }

  /** Whether nobody would miss it. */
  get isUnused(): boolean {
    return !this.#wasWritten && this.#readers === 0;
  }

  write(instance: string, text: string): void {
    this.#wasWritten = true;
    // A function that prints without end must cost next to nothing.
    if (this.#unwritten.isDropping && this.#followers.size === 0) return this.#unwritten.drop(instance);
    const { address, now } = this.#options;
    const { name, namespace } = address;
    const capped = capText(text);
    const line = { name, namespace, instance, timestamp: now().toISOString(), text: capped.text };
    this.#unwritten.add(line, capped.bytes);
    for (const follower of this.#followers) follower.offer(line, capped.bytes);
  }

  /** Puts on disk what was written before; what cannot be is dropped, and told of when it can again. */
  flush(): Promise<void> {
    return this.#inTurn(() => this.#append());
  }

  /** @throws RangeError when the query cannot be understood */
  read(query: LogQuery): AsyncGenerator<FunctionLogLine> {
    const isWanted = wantedBy(query);
    return this.#read(query, isWanted);
  }

  /** Forgets all lines, and ends who follows. */
  async remove(): Promise<void> {
    this.#wasWritten = false;
    this.end();
    this.#unwritten.take();
    await this.#inTurn(() => this.#file.remove());
  }

  /** Ends who follows. */
  end(): void {
    for (const follower of this.#followers) follower.end();
  }

  async *#read({ tail = 0, follow, signal }: LogQuery, isWanted: IsWanted): AsyncGenerator<FunctionLogLine> {
    const { address, now } = this.#options;
    const follower = follow && new Follower({ address, now, maxBytes: maxBehindBytes, isWanted, signal });
    this.#readers++;
    try {
      yield* this.#kept(tail, isWanted, signal, follower || undefined);
      if (follower) yield* follower.lines();
    } finally {
      this.#readers--;
      if (follower) this.#followers.delete(follower);
    }
  }

  async *#kept(tail: number, isWanted: IsWanted, signal: AbortSignal, follower?: Follower) {
    await using files = await this.#inTurn(async () => {
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

  /** @param follower gets what is written from here on, and none of what is put on disk here */
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

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Undefined for what a process or a disk broke off. */
function parseLine(text: string): FunctionLogLine | undefined {
  try {
    return JSON.parse(text) as FunctionLogLine;
  } catch {
    return undefined;
  }
}
