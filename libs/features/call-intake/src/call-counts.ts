import { fullName, type FunctionAddress } from '@later/job-schema';

/** How many calls this gateway has taken since it started, by function. Only functions that there are get in. */
export class CallCounts {
  readonly #taken = new Map<string, number>();

  count(address: FunctionAddress): void {
    const key = fullName(address);
    this.#taken.set(key, this.of(address) + 1);
  }

  of(address: FunctionAddress): number {
    return this.#taken.get(fullName(address)) ?? 0;
  }

  /** For a function that was removed: the next one of its name begins at none. */
  forget(address: FunctionAddress): void {
    this.#taken.delete(fullName(address));
  }
}
