import type { DatabaseSync } from 'node:sqlite';

import { monotonicMs, type ThreadRequest } from '../wire.js';
import { prepareNextVisible } from './statements/take.js';

/**
 * How often to look for commits of other processes: at least every 40 ms, because a message should start within 50 ms
 * in any process; at most every 5 ms; in between, after one sixteenth of the time without work, so that an idle
 * process sleeps.
 */
const [shortestPollMs, longestPollMs, pollPart] = [5, 40, 1 / 16];

/** The takes that found no message. Each is tried again when a commit or the clock may have made one ready. */
export class ParkedTakes {
  readonly #takes = new Map<number, ThreadRequest<'take'>>();
  readonly #nextVisible: (queue: string) => number;
  readonly #dataVersion: () => unknown;
  #seenVersion: unknown;
  #nextVisibleAt = Infinity;
  #needsTry = false;
  #triedAt = monotonicMs();

  constructor(database: DatabaseSync) {
    // Changes with every commit of another connection; reading it only reads shared memory.
    const pragma = database.prepare('PRAGMA data_version');
    this.#dataVersion = withFallback(
      () => pragma.get()?.['data_version'],
      () => undefined,
    );
    this.#nextVisible = withFallback(prepareNextVisible(database), () => Date.now() + longestPollMs);
  }

  add(take: ThreadRequest<'take'>): void {
    this.#takes.set(take.number, take);
    this.#needsTry = true;
  }

  /** True when the take was parked. */
  delete(number: number): boolean {
    return this.#takes.delete(number);
  }

  all(): readonly ThreadRequest<'take'>[] {
    return [...this.#takes.values()];
  }

  get isEmpty(): boolean {
    return this.#takes.size === 0;
  }

  /** Notes a commit that may have made a message ready. */
  noteCommit(): void {
    this.#needsTry = true;
  }

  /** Looks for commits of other processes and for messages that are due. True, until `noteTried`, after it found one. */
  checkForWork(): boolean {
    if (this.isEmpty) return false;
    const version = this.#dataVersion();
    if (version !== this.#seenVersion || Date.now() >= this.#nextVisibleAt) this.#needsTry = true;
    this.#seenVersion = version;
    return this.#needsTry;
  }

  /** Notes that all takes were tried: the rest waits for a new commit, or for time to pass. */
  noteTried(): void {
    this.#needsTry = false;
    this.#triedAt = monotonicMs();
    const queues = new Set(this.all().map(({ args: [{ queue }] }) => queue));
    this.#nextVisibleAt = Math.min(...[...queues].map(this.#nextVisible));
  }

  /** How long to wait before the next `checkForWork`, in ms. */
  get pollAfterMs(): number {
    const idleMs = monotonicMs() - this.#triedAt;
    const pollMs = Math.min(longestPollMs, Math.max(shortestPollMs, idleMs * pollPart));
    return Math.max(0, Math.min(pollMs, this.#nextVisibleAt - Date.now()));
  }
}

/** Replaces an error with a fallback: the loop must go on polling, and the next take reports the fault. */
function withFallback<Args extends readonly unknown[], Value>(
  read: (...args: Args) => Value,
  fallback: () => Value,
): (...args: Args) => Value {
  return (...args) => {
    try {
      return read(...args);
    } catch {
      return fallback();
    }
  };
}
