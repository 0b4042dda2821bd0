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
}

/** Knows which functions there are and where they listen. */
export interface FunctionDirectory {
  find(address: FunctionAddress): Promise<CallableFunction | undefined>;
}

/** A function's name in full, as in OpenFaaS's metrics; the lane of its jobs. */
export const fullName = ({ name, namespace }: FunctionAddress): string => `${name}.${namespace}`;
