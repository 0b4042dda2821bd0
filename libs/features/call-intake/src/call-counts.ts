import { fullName, type FunctionAddress } from '@later/job-schema';

/** Counts the calls that this gateway has taken since its start, per deployed function. */
export class CallCounts {
  readonly #taken = new Map<string, number>();

  count(address: FunctionAddress): void {
    const key = fullName(address);
    this.#taken.set(key, this.of(address) + 1);
  }

  of(address: FunctionAddress): number {
    return this.#taken.get(fullName(address)) ?? 0;
  }

  /** Ends the count of a removed function: the next function of its name begins at zero. */
  forget(address: FunctionAddress): void {
    this.#taken.delete(fullName(address));
  }
}
