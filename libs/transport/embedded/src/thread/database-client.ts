import { setTimeout as delay } from 'node:timers/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';

import { TransportClosedError } from '@later/transport-contract';
import pTimeout from 'p-timeout';

import { databaseUnavailable } from '../errors.js';
import {
  monotonicMs,
  openingNumber,
  type Operations,
  type StopTake,
  type ThreadInput,
  type ThreadOptions,
  type ThreadReply,
  type ThreadRequest,
} from '../wire.js';
import { PendingRequests } from './pending-requests.js';

/** Tests run this file from `src`, where the thread's file is not JavaScript yet: they use the built one. */
const threadUrl = import.meta.url.endsWith('.ts')
  ? new URL('../../dist/thread/database-thread.js', import.meta.url)
  : new URL('./database-thread.js', import.meta.url);

/** How soon a thread that died is started again. */
const restartAfterMs = 250;

type State =
  | { readonly name: 'running'; readonly worker: Worker; readonly exited: Promise<void> }
  | { readonly name: 'down' }
  | { readonly name: 'closed'; readonly finished: Promise<void> };

/**
 * The main thread's side of the database thread.
 *
 *              the thread ends
 *    running ------------------> down
 *     |   ^                        |
 *     |   +-------- 250 ms --------+
 *     |                            |
 *     +---------- close() ---------+--> closed
 *
 * - `running`: the thread opens the database, then replies to requests.
 * - `down`: requests fail at once.
 * - `closed`: new requests fail; the thread finishes the requests that it has, then ends.
 */
export class DatabaseClient {
  readonly #options: ThreadOptions;
  readonly #pending: PendingRequests;
  readonly #stopRestart = new AbortController();
  #state: State = { name: 'down' };
  #outbox: (ThreadRequest | StopTake)[] = [];
  #lastNumber = openingNumber;

  private constructor(options: ThreadOptions) {
    this.#options = options;
    this.#pending = new PendingRequests(dirname(options.path));
  }

  static async open(options: ThreadOptions): Promise<DatabaseClient> {
    const client = new DatabaseClient(options);
    try {
      await client.#start();
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** Resolves when the operation is done and its changes are committed. */
  async request<Name extends Exclude<keyof Operations, 'take' | 'purge'>>(
    name: Name,
    args: Parameters<Operations[Name]>,
    timeoutMs = this.#options.timeoutMs,
  ): Promise<ReturnType<Operations[Name]>> {
    const deadline = monotonicMs() + timeoutMs;
    return (await this.#send({ number: ++this.#lastNumber, name, args, deadline })) as ReturnType<Operations[Name]>;
  }

  /** Resolves when a message is ready, or with an empty list once the signal aborts. */
  async take(options: Parameters<Operations['take']>[0], signal: AbortSignal): Promise<ReturnType<Operations['take']>> {
    const number = ++this.#lastNumber;
    signal.addEventListener('abort', () => this.#post({ stopTake: number }), { once: true });
    const reply = await this.#send({ number, name: 'take', args: [options], deadline: Infinity });
    return reply as ReturnType<Operations['take']>;
  }

  /** Ends the thread once it has replied to every request. May be called twice. */
  close(): Promise<void> {
    if (this.#state.name !== 'closed') {
      this.#flush();
      this.#stopRestart.abort();
      this.#state = { name: 'closed', finished: this.#finish(this.#state) };
    }
    return this.#state.finished;
  }

  async #finish(state: State): Promise<void> {
    if (state.name === 'running') {
      state.worker.postMessage('close' satisfies ThreadInput);
      // Does not wait for a disk that is stuck; SQLite rolls back what was not committed.
      const milliseconds = this.#options.timeoutMs + restartAfterMs;
      await pTimeout(state.exited, { milliseconds, fallback: () => undefined });
      void state.worker.terminate();
    }
    this.#pending.close(new TransportClosedError('embedded'));
  }

  async #send(request: ThreadRequest): Promise<unknown> {
    if (this.#state.name === 'closed') throw new TransportClosedError('embedded');
    if (this.#state.name === 'down') throw this.#unavailable('its database thread ended and is being restarted');
    const reply = this.#pending.add(request);
    this.#post(request);
    return reply;
  }

  /** Sends the requests of one turn of the event loop as one message: posting is the largest cost of a request. */
  #post(request: ThreadRequest | StopTake): void {
    if (this.#outbox.push(request) === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    if (this.#outbox.length > 0 && this.#state.name === 'running') {
      this.#state.worker.postMessage(this.#outbox satisfies ThreadInput);
    }
    this.#outbox = [];
  }

  /** Resolves when the database is open. */
  #start(): Promise<unknown> {
    // The thread is built code: it must not inherit the flags that make tests resolve our packages to their sources.
    const worker = new Worker(threadUrl, { workerData: this.#options, execArgv: [] });
    const opened = this.#pending.add({ number: openingNumber, deadline: Infinity });
    let cause: unknown;
    worker.on('message', (replies: readonly ThreadReply[]) => this.#pending.settle(replies));
    worker.on('error', (error) => (cause = error));
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve(this.#onExit(cause))));
    this.#state = { name: 'running', worker, exited };
    return opened;
  }

  #onExit(cause: unknown): void {
    this.#outbox = [];
    this.#pending.failAll(this.#unavailable('its database thread ended', { cause }));
    if (this.#state.name === 'closed') return;
    this.#state = { name: 'down' };
    void this.#restart();
  }

  async #restart(): Promise<void> {
    try {
      await delay(restartAfterMs, undefined, { signal: this.#stopRestart.signal });
      if (this.#state.name === 'down') await this.#start();
    } catch {
      // `close` was called, or the database cannot be opened: then the thread ends, and `#onExit` restarts it.
    }
  }

  #unavailable(why: string, options?: ErrorOptions): Error {
    return databaseUnavailable(dirname(this.#options.path), why, options);
  }
}
