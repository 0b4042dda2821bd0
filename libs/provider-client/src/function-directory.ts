import type { FunctionAddress, RetryPolicy } from '@later/job-schema';

/** A function that can be called, and all that calling it takes. */
export interface CallableFunction extends FunctionAddress {
  /** Where it listens: an http(s) URL whose path goes before the call's. */
  readonly upstream: URL;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** From its `com.openfaas.retry.*` annotations. */
  readonly retryPolicy: RetryPolicy;
  /** From `exec_timeout` in its environment; the caller's default when absent. */
  readonly timeoutMs?: number;
  /**
   * Present while it has no instance that can be called: brings it up and resolves once it has one. Whoever only wants
   * to know of the function leaves it asleep.
   * @param signal lets go of who waits; the function comes up all the same
   * @throws FunctionNotUpError, ProviderUnavailableError
   */
  readonly wake?: (signal?: AbortSignal) => Promise<void>;
}

/** Knows which functions there are and where they listen. */
export interface FunctionDirectory {
  /** @throws ProviderUnavailableError when nobody can tell at the moment */
  find(address: FunctionAddress): Promise<CallableFunction | undefined>;
}
