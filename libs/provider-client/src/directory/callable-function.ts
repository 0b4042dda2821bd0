import { retryPolicyOf, type FunctionAddress } from '@later/job-schema';
import { checkEnvironment, functionSettings, upstreamOf, type FunctionStatus } from '@later/function-schema';

import type { CallableFunction } from '../function-directory.js';

export interface CallableReading {
  readonly fn: CallableFunction;
  /** Whether it must be woken before it can be called. */
  readonly asleep: boolean;
  /** One for each unreadable setting; its default is used. */
  readonly warnings: readonly string[];
}

/**
 * Makes a callable function from the status that its provider reports. A function that names its own upstream is called
 * there directly. Every other function, and one with `max_inflight`, is called through the provider, which counts calls.
 */
export function callableFunction(
  { name, namespace }: FunctionAddress,
  { labels, annotations, envVars, replicas, availableReplicas }: FunctionStatus,
  throughProvider: URL,
): CallableReading {
  const { policy, warnings } = retryPolicyOf(annotations);
  const { timeoutMs, maxInflight } = functionSettings(envVars);
  const direct = maxInflight === undefined ? upstreamOf(annotations) : undefined;
  const fn = {
    name,
    namespace,
    upstream: direct ?? throughProvider,
    labels,
    annotations,
    environment: envVars,
    retryPolicy: policy,
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
  const unreadable = checkEnvironment(envVars).map(({ path, message }) => `${path.join('.')}: ${message}`);
  // A provider may leave out both numbers.
  const asleep = !direct && (replicas === 0 || availableReplicas === 0);
  return { fn, asleep, warnings: [...warnings, ...unreadable] };
}
