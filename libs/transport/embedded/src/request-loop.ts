import type { DatabaseSync } from 'node:sqlite';

import { Alarm } from './alarm.js';
import { GroupCommit } from './group-commit.js';
import { makesReady, readOnly } from './operations.js';
import { ParkedTakes } from './parked-takes.js';
import { monotonicMs, type Answer, type Operations, type Request, type StopTaking } from './protocol.js';

/** Most requests in one transaction: a longer one would save no more fsyncs worth having, and answer later. */
const batchSize = 256;

/** How soon to try again for the write lock, after SQLite's own busy timeout. */
const tryAgainMs = 1;

export interface RequestLoopOptions {
  readonly database: DatabaseSync;
  readonly operations: Operations;
  readonly answer: (answers: readonly Answer[]) => void;
  /** Told when a commit may have left work for other threads of this process. */
  readonly onReady: () => void;
}

/**
 * The life of a request: waiting -> (group commit) -> answered. A take that finds nothing is parked instead, and tried
 * again with every commit that may have brought something. While one group commits, the next ones gather: batches
 * grow with the load, and an idle database commits at once.
 */
export class RequestLoop {
  readonly #options: RequestLoopOptions;
  readonly #commit: GroupCommit;
  readonly #parked: ParkedTakes;
  readonly #alarm = new Alarm(() => this.run());
  #waiting: Request[] = [];
  #whenDone?: () => void;

  constructor(options: RequestLoopOptions) {
    this.#options = options;
    this.#commit = new GroupCommit(options.database, options.operations);
    this.#parked = new ParkedTakes(options.database);
  }

  add(requests: readonly (Request | StopTaking)[]): void {
    for (const request of requests) {
      if ('stopTaking' in request) this.#stopTaking(request.stopTaking);
      else if (isTake(request)) this.#parked.add(request);
      else this.#waiting.push(request);
    }
  }

  /** Something was committed elsewhere. */
  stir(): void {
    this.#parked.stir();
    this.run();
  }

  /** Calls back once all that was added before is answered. Nothing may be added after. */
  finish(whenDone: () => void): void {
    this.#whenDone = whenDone;
    for (const { number } of this.#parked.all()) this.#stopTaking(number);
    this.run();
  }

  /** Does what there is to do now, one batch of it, and comes back for the rest by itself. */
  run(): void {
    this.#alarm.clear();
    const batch = this.#nextBatch();
    const answers = batch.filter(({ name }) => readOnly.has(name)).map((request) => this.#commit.read(request));
    if (answers.length > 0) this.#options.answer(answers);
    const done = this.#write(batch.filter(({ name }) => !readOnly.has(name)));
    if (this.#waiting.length > 0 || !this.#whenDone) return this.#setAlarm(done);
    this.#whenDone();
    this.#whenDone = undefined;
  }

  /** False when the write lock is taken: all of it waits on. */
  #write(requests: readonly Request[]): boolean {
    // They ride along with any commit: what it stores is taken without another fsync.
    const takes = requests.length > 0 || this.#parked.worthTrying ? this.#parked.all() : [];
    if (requests.length + takes.length === 0) return true;
    const answers = this.#commit.write([...requests, ...takes]);
    if (!answers) {
      this.#waiting.unshift(...requests);
      return false;
    }
    const given = answers.filter((answer) => !this.#staysParked(answer));
    this.#parked.settle();
    this.#options.answer(given);
    if (requests.some(({ name }) => makesReady.has(name))) this.#options.onReady();
    return true;
  }

  #staysParked(answer: Answer): boolean {
    if ('value' in answer && Array.isArray(answer.value) && answer.value.length === 0) return true;
    this.#parked.delete(answer.number);
    return false;
  }

  #nextBatch(): readonly Request[] {
    const now = monotonicMs();
    const late = this.#waiting.filter(({ deadline }) => deadline < now);
    if (late.length > 0) {
      this.#waiting = this.#waiting.filter(({ deadline }) => deadline >= now);
      this.#options.answer(late.map(({ number }) => tooLate(number)));
    }
    return this.#waiting.splice(0, batchSize);
  }

  #stopTaking(number: number): void {
    if (this.#parked.delete(number)) this.#options.answer([{ number, value: [] }]);
  }

  #setAlarm(done: boolean): void {
    if (!done) this.#alarm.set(tryAgainMs);
    else if (this.#waiting.length > 0) setImmediate(() => this.run());
    else if (!this.#parked.isEmpty) this.#alarm.set(this.#parked.idleMs);
  }
}

function isTake(request: Request): request is Request<'take'> {
  return request.name === 'take';
}

function tooLate(number: number): Answer {
  return { number, failure: 'unavailable', message: 'another process kept the write lock' };
}
