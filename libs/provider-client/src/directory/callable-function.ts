import { retryPolicyOf, type FunctionAddress } from '@later/job-schema';
import { checkEnvironment, functionSettings, upstreamOf, type FunctionStatus } from '@later/function-schema';

import type { CallableFunction } from '../function-directory.js';

export interface CallableReading {
  readonly fn: CallableFunction;
  /** Whether it has to be brought up before it can be called. */
  readonly asleep: boolean;
  /** One for each setting that could not be read; the default stands in for it. */
  readonly warnings: readonly string[];
}

/**
 * What calling a function takes, from what a provider tells of it. One that says itself where it listens is called
 * there; every other, and one whose calls at once have to be counted, by way of the provider.
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
  const unread = checkEnvironment(envVars).map(({ path, message }) => `${path.join('.')}: ${message}`);
  // A provider need not tell of either number.
  const asleep = !direct && (replicas === 0 || availableReplicas === 0);
  return { fn, asleep, warnings: [...warnings, ...unread] };
}
