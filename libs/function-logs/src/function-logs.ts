import { setTimeout as startTimer } from 'node:timers';

import type { FunctionAddress } from '@later/job-schema';
import type { FunctionLogLine } from '@later/function-schema';
import type { Logger } from '@later/service-kit';

import { maxTextBytes } from './cap-text.js';
import { FunctionLog } from './function-log.js';
import { logPath } from './log-path.js';
import { lineFilter, type LogQuery } from './log-query.js';
import { removeOtherLogs } from './remove-other-logs.js';

export interface FunctionLogsOptions {
  readonly folder: string;
  /** The limit for one function on disk, including names and timestamps. */
  readonly maxBytes?: number;
  readonly log: Pick<Logger, 'warn'>;
  readonly now?: () => Date;
}

/** A segment, which is half of it, must hold the longest line; a byte of its text takes up to six in JSON (`\u0000`). */
const leastMaxBytes = 16 * maxTextBytes;
const defaultMaxBytes = 1024 ** 2;

/** One write stores all lines of this time; a `kill -9` loses at most these. */
const flushEveryMs = 50;

/** The limit for all functions together, for a disk that is too slow. */
const maxUnwrittenBytes = 16 * 1024 ** 2;

/**
 * The logs of all functions: the newest lines of each one, on disk, so that they survive a restart. A function can have
 * half of `maxBytes` written every 50 ms; lines beyond that are dropped, and a line says how many.
 */
export class FunctionLogs {
  readonly #options: Required<FunctionLogsOptions>;
  readonly #logs = new Map<string, FunctionLog>();
  readonly #unwrittenCapacity = { freeBytes: maxUnwrittenBytes };
  readonly #unwritten = new Set<FunctionLog>();
  #timer: NodeJS.Timeout | undefined;
  #canFollow = true;
  #isClosed = false;

  constructor(options: FunctionLogsOptions) {
    this.#options = { maxBytes: defaultMaxBytes, now: () => new Date(), ...options };
    const { maxBytes } = this.#options;
    if (maxBytes < leastMaxBytes) {
      throw new RangeError(`maxBytes: expected at least ${leastMaxBytes}, received ${maxBytes}`);
    }
  }

  /** Adds one line, without its line break, of an instance. Never throws; ignores lines after `close`. */
  write(address: FunctionAddress, instance: string, text: string): void {
    if (this.#isClosed) return;
    const log = this.#getOrCreate(address);
    log.write(instance, text);
    this.#unwritten.add(log);
    this.#timer ??= this.#startTimer();
  }

  /**
   * Reads the lines of a function, oldest first: the stored ones, and with `follow` the new ones, each once. A follower
   * that is too slow misses lines, and a line says how many.
   * @throws RangeError naming `since` when it is not a time
   */
  read(query: LogQuery): AsyncGenerator<FunctionLogLine> {
    lineFilter(query);
    return this.#read(query);
  }

  /** Deletes a function's log and ends its followers. A line that an instance writes later starts a new log. */
  async remove(address: FunctionAddress): Promise<void> {
    const log = this.#getOrCreate(address);
    await log.remove();
    this.#discardUnused(address, log);
  }

  /** Ends all followers; from now on every reader ends at the last stored line. */
  endFollowing(): void {
    this.#canFollow = false;
    for (const log of this.#logs.values()) log.end();
  }

  /** Deletes the logs of all other functions, which a crashed provider left. Called before anything else. */
  async keepOnly(addresses: Iterable<FunctionAddress>): Promise<void> {
    await removeOtherLogs(this.#options.folder, addresses);
  }

  /** Writes all unwritten lines and ends all followers. May be called twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.endFollowing();
    for (const log of this.#logs.values()) await log.flush();
  }

  async *#read(query: LogQuery): AsyncGenerator<FunctionLogLine> {
    const log = this.#getOrCreate(query.address);
    try {
      yield* log.read({ ...query, follow: query.follow === true && this.#canFollow });
    } finally {
      this.#discardUnused(query.address, log);
    }
  }

  #getOrCreate(address: FunctionAddress): FunctionLog {
    const key = keyOf(address);
    const known = this.#logs.get(key);
    if (known) return known;
    const { folder, maxBytes, now, log } = this.#options;
    const created = new FunctionLog({
      address: { name: address.name, namespace: address.namespace },
      path: logPath(folder, address),
      maxBytes,
      unwritten: this.#unwrittenCapacity,
      now,
      onUnwritable: (reason) =>
        log.warn({ function: `${address.name}.${address.namespace}`, reason }, 'Cannot write log lines'),
    });
    this.#logs.set(key, created);
    return created;
  }

  /** Without this, requests for names that do not exist would fill the memory. */
  #discardUnused(address: FunctionAddress, log: FunctionLog): void {
    const key = keyOf(address);
    if (log.isUnused && this.#logs.get(key) === log) this.#logs.delete(key);
  }

  #startTimer(): NodeJS.Timeout {
    return startTimer(() => void this.#flush(), flushEveryMs).unref();
  }

  /** One function at a time, because all file operations of the process share Node's few threads. */
  async #flush(): Promise<void> {
    const logs = [...this.#unwritten];
    this.#unwritten.clear();
    for (const log of logs) await log.flush();
    this.#timer = this.#unwritten.size > 0 && !this.#isClosed ? this.#startTimer() : undefined;
  }
}

const keyOf = ({ name, namespace }: FunctionAddress): string => `${namespace}/${name}`;
