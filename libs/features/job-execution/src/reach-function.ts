import { FunctionNotUpError, ProviderUnavailableError, type CallableFunction } from '@later/provider-client';

import type { Invocation } from './invocation.js';

/** An attempt that came to nothing before the function was invoked; a later one may do better. */
export const notReached = (failure: string): Invocation => ({
  status: 503,
  headers: [],
  body: new Uint8Array(),
  durationSeconds: 0,
  failure,
});

/** Brings a function up that has no instance. @returns why it did not come up; undefined when it can be invoked */
export async function wakeForJob({ wake }: CallableFunction, signal: AbortSignal): Promise<Invocation | undefined> {
  try {
    await wake?.(signal);
    return undefined;
  } catch (error) {
    if (error instanceof FunctionNotUpError) return notReached(error.why);
    return notReached(providerFailure(error));
  }
}

/** Why the provider could not be asked. @throws what is no failure of the provider */
export function providerFailure(error: unknown): string {
  if (error instanceof ProviderUnavailableError) return `the provider ${error.reason}`;
  throw error;
}
