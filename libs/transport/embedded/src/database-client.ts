import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { TransportClosedError } from '@later/transport-contract';

import { PendingRequests } from './pending-requests.js';
import {
  monotonicMs,
  openingNumber,
  type Answer,
  type Operations,
  type Request,
  type StopTaking,
  type ThreadOptions,
  type ToThread,
} from './protocol.js';

/** Tests run this file from src, where the thread's own file is not JavaScript yet: they use the built one. */
const threadUrl = import.meta.url.endsWith('.ts')
  ? new URL('../dist/database-thread.js', import.meta.url)
  : new URL('./database-thread.js', import.meta.url);

/** How soon a thread that died is started again. */
const restartAfterMs = 250;

/** The main thread's side of the database thread: numbers the requests, keeps their deadlines, starts it again. */
export class DatabaseClient {
  readonly #options: ThreadOptions;
  readonly #pending: PendingRequests;
  readonly #abort = new AbortController();
  #outbox: (Request | StopTaking)[] = [];
  #worker?: Worker;
  #exited: Promise<void> = Promise.resolve();
  #lastNumber = openingNumber;
  #closed?: Promise<void>;

  private constructor(options: ThreadOptions) {
    this.#options = options;
    this.#pending = new PendingRequests(options.path);
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

  /** Resolves when it is done and, where it changed anything, committed. */
  async request<Name extends Exclude<keyof Operations, 'take' | 'purge'>>(
    name: Name,
    args: Parameters<Operations[Name]>,
    timeoutMs = this.#options.timeoutMs,
  ): Promise<ReturnType<Operations[Name]>> {
    const deadline = monotonicMs() + timeoutMs;
    return (await this.#ask({ number: ++this.#lastNumber, name, args, deadline })) as ReturnType<Operations[Name]>;
  }

  /** Resolves when there is something to take, or with nothing once the signal aborts. */
  async take(args: Parameters<Operations['take']>, signal: AbortSignal): Promise<ReturnType<Operations['take']>> {
    const number = ++this.#lastNumber;
    signal.addEventListener('abort', () => this.#post({ stopTaking: number }), { once: true });
    return (await this.#ask({ number, name: 'take', args, deadline: Infinity })) as ReturnType<Operations['take']>;
  }

  /** Ends the thread once it has answered what it was asked. May be called twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#flush();
    this.#abort.abort();
    this.#worker?.postMessage('close' satisfies ToThread);
    const enough = new AbortController();
    const stuck = delay(this.#options.timeoutMs + restartAfterMs, undefined, { signal: enough.signal }).catch(() => {});
    await Promise.race([this.#exited, stuck]);
    enough.abort();
    // A disk that does not answer must not keep us; SQLite takes care of what was not committed.
    void this.#worker?.terminate();
    this.#pending.close(new TransportClosedError('embedded'));
  }

  async #ask(request: Request): Promise<unknown> {
    if (this.#closed) throw new TransportClosedError('embedded');
    if (!this.#worker) throw this.#pending.unavailable('its database thread ended and is being restarted');
    const answer = this.#pending.add(request);
    this.#post(request);
    return answer;
  }

  /** Sends what is asked in one turn of the event loop as one message: posting is what a request costs most. */
  #post(request: Request | StopTaking): void {
    if (this.#outbox.push(request) === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    if (this.#outbox.length > 0) this.#worker?.postMessage(this.#outbox satisfies ToThread);
    this.#outbox = [];
  }

  /** Resolves when the database is open. */
  #start(): Promise<unknown> {
    // The thread is built code: it must not inherit the flags that make tests resolve our packages to their sources.
    const worker = new Worker(threadUrl, { workerData: this.#options, execArgv: [] });
    const opened = this.#pending.add({ number: openingNumber, deadline: Infinity });
    let cause: unknown;
    worker.on('message', (answers: readonly Answer[]) => this.#pending.answer(answers));
    worker.on('error', (error) => (cause = error));
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve(this.#ended(cause))));
    this.#worker = worker;
    return opened;
  }

  #ended(cause: unknown): void {
    this.#worker = undefined;
    this.#outbox = [];
    this.#pending.failAll(this.#pending.unavailable('its database thread ended', { cause }));
    void this.#restart();
  }

  async #restart(): Promise<void> {
    try {
      await delay(restartAfterMs, undefined, { signal: this.#abort.signal });
      await this.#start();
    } catch {
      // Closed meanwhile; or the database cannot be opened, and the thread ends, which brings us here again.
    }
  }
}
