import type { DatabaseSync } from 'node:sqlite';

import type { Request } from './protocol.js';
import { nextVisible } from './statements/take.js';

/** How often to look for what other processes committed: half of the 50 ms within which they expect it to start. */
const lookEveryMs = 20;

/** The takes that found nothing, each waiting for something to take. */
export class ParkedTakes {
  readonly #takes = new Map<number, Request<'take'>>();
  readonly #nextVisible: (queue: string) => number;
  readonly #dataVersion: () => unknown;
  #seenVersion: unknown;
  #nextVisibleAt = Infinity;
  #stirred = false;

  constructor(database: DatabaseSync) {
    // Changes with every commit of another connection, and costs no more than a look at shared memory.
    const pragma = database.prepare('PRAGMA data_version');
    this.#dataVersion = orElse(
      () => pragma.get()?.['data_version'],
      () => undefined,
    );
    this.#nextVisible = orElse(nextVisible(database), () => Date.now() + lookEveryMs);
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
    const queues = new Set(this.all().map(({ args: [{ queue }] }) => queue));
    this.#nextVisibleAt = Math.min(...[...queues].map(this.#nextVisible));
  }

  /** How long there is nothing to do about them, in ms. */
  get idleMs(): number {
    return Math.max(0, Math.min(lookEveryMs, this.#nextVisibleAt - Date.now()));
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
