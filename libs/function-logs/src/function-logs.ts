import { setTimeout as startTimer } from 'node:timers';

import type { FunctionAddress } from '@later/job-schema';
import type { FunctionLogLine } from '@later/function-schema';
import type { Logger } from '@later/service-kit';

import { maxTextBytes } from './cap-text.js';
import { FunctionLog } from './function-log.js';
import { logPath } from './log-path.js';
import { wantedBy, type LogQuery } from './log-query.js';
import { removeOthers } from './remove-others.js';

export interface FunctionLogsOptions {
  readonly folder: string;
  /** What is kept of a function on disk, names and timestamps included. */
  readonly maxBytes?: number;
  readonly log: Pick<Logger, 'warn'>;
  readonly now?: () => Date;
}

/** Half of it, a segment, must hold the longest line: each byte of its text may take six in JSON (`\u0000`). */
const leastMaxBytes = 16 * maxTextBytes;
const defaultMaxBytes = 1024 ** 2;

/** What a kill -9 may cost. One write for all lines of this time, not one a line. */
const flushEveryMs = 50;

/** Of all functions together, while the disk does not keep up. */
const maxUnwrittenBytes = 16 * 1024 ** 2;

/**
 * What the instances of functions print: the newest lines of each function, on disk, through restarts. A function may
 * print faster than its lines are written, half of `maxBytes` every 50 ms: what goes beyond is dropped, and a line says
 * how much.
 */
export class FunctionLogs {
  readonly #options: Required<FunctionLogsOptions>;
  readonly #logs = new Map<string, FunctionLog>();
  readonly #room = { freeBytes: maxUnwrittenBytes };
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

  /** Takes a line of an instance, without its line break. Never throws; what comes after `close` is let go. */
  write(address: FunctionAddress, instance: string, text: string): void {
    if (this.#isClosed) return;
    const log = this.#logOf(address);
    log.write(instance, text);
    this.#unwritten.add(log);
    this.#timer ??= this.#startTimer();
  }

  /**
   * The lines of a function, oldest first: all that were written before the first is asked for and are kept, and with
   * `follow` those that come after, each once. A reader that is too slow for these misses some, and a line says so.
   * @throws RangeError naming `since` when it is no time
   */
  read(query: LogQuery): AsyncGenerator<FunctionLogLine> {
    wantedBy(query);
    return this.#read(query);
  }

  /** Forgets a function's lines, and ends who follows them. Its instances should have ended: what they still write is kept. */
  async remove(address: FunctionAddress): Promise<void> {
    const log = this.#logOf(address);
    await log.remove();
    this.#forget(address, log);
  }

  /** Ends who follows; from now on a log is read to its end and no further. */
  endFollowing(): void {
    this.#canFollow = false;
    for (const log of this.#logs.values()) log.end();
  }

  /** Removes what is kept of any other function: a provider that died has left it. To be called before anything else. */
  async keepOnly(addresses: Iterable<FunctionAddress>): Promise<void> {
    await removeOthers(this.#options.folder, addresses);
  }

  /** Writes what is unwritten, and ends who follows. May be called twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.endFollowing();
    for (const log of this.#logs.values()) await log.flush();
  }

  async *#read(query: LogQuery): AsyncGenerator<FunctionLogLine> {
    const log = this.#logOf(query.address);
    try {
      yield* log.read({ ...query, follow: query.follow === true && this.#canFollow });
    } finally {
      this.#forget(query.address, log);
    }
  }

  #logOf(address: FunctionAddress): FunctionLog {
    const key = keyOf(address);
    const known = this.#logs.get(key);
    if (known) return known;
    const { folder, maxBytes, now, log } = this.#options;
    const made = new FunctionLog({
      address: { name: address.name, namespace: address.namespace },
      path: logPath(folder, address),
      maxBytes,
      unwritten: this.#room,
      now,
      onUnwritable: (reason) =>
        log.warn({ function: `${address.name}.${address.namespace}`, reason }, 'Cannot write log lines'),
    });
    this.#logs.set(key, made);
    return made;
  }

  /** Whoever asks for names that do not exist must not fill our memory with them. */
  #forget(address: FunctionAddress, log: FunctionLog): void {
    const key = keyOf(address);
    if (log.isUnused && this.#logs.get(key) === log) this.#logs.delete(key);
  }

  #startTimer(): NodeJS.Timeout {
    return startTimer(() => void this.#flush(), flushEveryMs).unref();
  }

  /** One function after the other: logs must not take all of Node's threads for files from the rest. */
  async #flush(): Promise<void> {
    const logs = [...this.#unwritten];
    this.#unwritten.clear();
    for (const log of logs) await log.flush();
    this.#timer = this.#unwritten.size > 0 && !this.#isClosed ? this.#startTimer() : undefined;
  }
}

const keyOf = ({ name, namespace }: FunctionAddress): string => `${namespace}/${name}`;
