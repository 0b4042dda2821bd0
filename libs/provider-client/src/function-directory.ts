import type { FunctionAddress, RetryPolicy } from '@later/job-schema';

/** A function that can be called, with everything that a call needs. */
export interface CallableFunction extends FunctionAddress {
  /** The http(s) URL at which it listens; its path is the prefix of the call's path. */
  readonly upstream: URL;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** From its `com.openfaas.retry.*` annotations. */
  readonly retryPolicy: RetryPolicy;
  /** From `exec_timeout` in its environment; the caller's default when absent. */
  readonly timeoutMs?: number;
  /**
   * Present while it has no instance that can be called: starts one and resolves once it can be called. A lookup alone
   * does not wake a function.
   * @param signal ends the wait of this caller; the function is started all the same
   * @throws FunctionNotUpError, ProviderUnavailableError
   */
  readonly wake?: (signal?: AbortSignal) => Promise<void>;
}

/** Finds a function by its name. */
export interface FunctionDirectory {
  /** @throws ProviderUnavailableError when the provider is away and the function is not known */
  find(address: FunctionAddress): Promise<CallableFunction | undefined>;
}
