import type { DatabaseSync } from 'node:sqlite';

import { monotonicMs, type Operations, type StopTake, type ThreadReply, type ThreadRequest } from '../wire.js';
import { GroupCommit } from './group-commit.js';
import { makesReady, readOnly } from './operations.js';
import { ParkedTakes } from './parked-takes.js';
import { ResettableTimer } from './resettable-timer.js';

/** Most requests in one transaction: a larger group saves hardly any fsyncs and makes its first request wait longer. */
const batchSize = 256;

/** How soon to try again for the write lock, after SQLite's own busy timeout. */
const lockAgainMs = 1;

export interface RequestLoopOptions {
  readonly database: DatabaseSync;
  readonly operations: Operations;
  readonly reply: (replies: readonly ThreadReply[]) => void;
  /** Called after a commit that may have made a message ready for another thread of this process. */
  readonly onReady: () => void;
}

/**
 * Runs the requests in groups. While one group commits, the next requests gather: groups grow with the load, and an
 * idle database commits at once. The states of a request:
 *
 *    add --> waiting --- commit of its group ---> replied
 *       \       \-- its deadline has passed ----> replied
 *        \
 *         (a take) --> parked --- a commit brings messages, or stopTake ---> replied
 *                       ^  |
 *                       +--+ a commit brings no message
 */
export class RequestLoop {
  readonly #options: RequestLoopOptions;
  readonly #commit: GroupCommit;
  readonly #parked: ParkedTakes;
  readonly #timer = new ResettableTimer(() => this.run());
  #waiting: ThreadRequest[] = [];
  #onFinished?: () => void;

  constructor(options: RequestLoopOptions) {
    this.#options = options;
    this.#commit = new GroupCommit(options.database, options.operations);
    this.#parked = new ParkedTakes(options.database);
  }

  add(requests: readonly (ThreadRequest | StopTake)[]): void {
    for (const request of requests) {
      if ('stopTake' in request) this.#stopTake(request.stopTake);
      else if (isTake(request)) this.#parked.add(request);
      else this.#waiting.push(request);
    }
  }

  /** Tries the parked takes again after another thread committed. */
  noteCommit(): void {
    this.#parked.noteCommit();
    this.run();
  }

  /** Calls back once every request that was added before has its reply. No request may be added after. */
  finish(onFinished: () => void): void {
    this.#onFinished = onFinished;
    for (const { number } of this.#parked.all()) this.#stopTake(number);
    this.run();
  }

  /** Runs one group of requests now, and schedules the next run. */
  run(): void {
    this.#timer.clear();
    const batch = this.#nextBatch();
    const replies = batch.filter(({ name }) => readOnly.has(name)).map((request) => this.#commit.read(request));
    if (replies.length > 0) this.#options.reply(replies);
    const written = this.#write(batch.filter(({ name }) => !readOnly.has(name)));
    if (this.#waiting.length > 0 || !this.#onFinished) return this.#scheduleNext(written);
    this.#onFinished();
    this.#onFinished = undefined;
  }

  /** Returns false while another process holds the write lock: then all requests go on waiting. */
  #write(requests: readonly ThreadRequest[]): boolean {
    // Parked takes join every commit: a message can be stored and taken with one fsync.
    const takes = requests.length > 0 || this.#parked.checkForWork() ? this.#parked.all() : [];
    if (requests.length + takes.length === 0) return true;
    const replies = this.#commit.write([...requests, ...takes]);
    if (!replies) {
      this.#waiting.unshift(...requests);
      return false;
    }
    const found = replies.filter((reply) => !isEmptyTake(reply));
    for (const { number } of found) this.#parked.delete(number);
    this.#parked.noteTried();
    this.#options.reply(found);
    if (requests.some(({ name }) => makesReady.has(name))) this.#options.onReady();
    return true;
  }

  #nextBatch(): readonly ThreadRequest[] {
    const now = monotonicMs();
    const late = this.#waiting.filter(({ deadline }) => deadline < now);
    if (late.length > 0) {
      this.#waiting = this.#waiting.filter(({ deadline }) => deadline >= now);
      this.#options.reply(late.map(({ number }) => tooLate(number)));
    }
    return this.#waiting.splice(0, batchSize);
  }

  #stopTake(number: number): void {
    if (this.#parked.delete(number)) this.#options.reply([{ number, value: [] }]);
  }

  #scheduleNext(written: boolean): void {
    if (!written) this.#timer.set(lockAgainMs);
    else if (this.#waiting.length > 0) setImmediate(() => this.run());
    else if (!this.#parked.isEmpty) this.#timer.set(this.#parked.pollAfterMs);
  }
}

function isTake(request: ThreadRequest): request is ThreadRequest<'take'> {
  return request.name === 'take';
}

function isEmptyTake(reply: ThreadReply): boolean {
  return 'value' in reply && Array.isArray(reply.value) && reply.value.length === 0;
}

function tooLate(number: number): ThreadReply {
  return { number, failure: 'unavailable', message: 'another process kept the write lock' };
}
