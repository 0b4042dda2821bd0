import type { DatabaseSync } from 'node:sqlite';

import { monotonicMs, type Request } from './protocol.js';
import { nextVisible } from './statements/take.js';

/**
 * How often to look for what other processes committed: the less often, the longer nothing came. They expect it to
 * start within 50 ms; an idle process should sleep.
 */
const [mostOftenMs, leastOftenMs, quietPart] = [5, 40, 1 / 16];

/** The takes that found nothing, each waiting for something to take. */
export class ParkedTakes {
  readonly #takes = new Map<number, Request<'take'>>();
  readonly #nextVisible: (queue: string) => number;
  readonly #dataVersion: () => unknown;
  #seenVersion: unknown;
  #nextVisibleAt = Infinity;
  #stirred = false;
  #triedAt = monotonicMs();

  constructor(database: DatabaseSync) {
    // Changes with every commit of another connection, and costs no more than a look at shared memory.
    const pragma = database.prepare('PRAGMA data_version');
    this.#dataVersion = orElse(
      () => pragma.get()?.['data_version'],
      () => undefined,
    );
    this.#nextVisible = orElse(nextVisible(database), () => Date.now() + leastOftenMs);
  }

  add(take: Request<'take'>): void {
    this.#takes.set(take.number, take);
    this.#stirred = true;
  }

  /** True when it was there. */
  delete(number: number): boolean {
    return this.#takes.delete(number);
  }

  all(): readonly Request<'take'>[] {
    return [...this.#takes.values()];
  }

  get isEmpty(): boolean {
    return this.#takes.size === 0;
  }

  /** Something was committed that may be for one of them. */
  stir(): void {
    this.#stirred = true;
  }

  /** Whether trying again may find something. Stays so until `settle`. */
  get worthTrying(): boolean {
    if (this.isEmpty) return false;
    const version = this.#dataVersion();
    if (version !== this.#seenVersion || Date.now() >= this.#nextVisibleAt) this.#stirred = true;
    this.#seenVersion = version;
    return this.#stirred;
  }

  /** All were tried: what is left waits for a new commit, or for time to pass. */
  settle(): void {
    this.#stirred = false;
    this.#triedAt = monotonicMs();
    const queues = new Set(this.all().map(({ args: [{ queue }] }) => queue));
    this.#nextVisibleAt = Math.min(...[...queues].map(this.#nextVisible));
  }

  /** How long there is nothing to do about them, in ms. */
  get idleMs(): number {
    const quietMs = monotonicMs() - this.#triedAt;
    const lookAgainMs = Math.min(leastOftenMs, Math.max(mostOftenMs, quietMs * quietPart));
    return Math.max(0, Math.min(lookAgainMs, this.#nextVisibleAt - Date.now()));
  }
}

/** A look that fails is no reason to stop looking: whoever takes next is told what is wrong. */
function orElse<Args extends readonly unknown[], Value>(
  look: (...args: Args) => Value,
  otherwise: () => Value,
): (...args: Args) => Value {
  return (...args) => {
    try {
      return look(...args);
    } catch {
      return otherwise();
    }
  };
}
