import { FunctionNotUpError, ProviderUnavailableError, type CallableFunction } from '@later/provider-client';

import type { Invocation } from './invocation.js';

/** The invocation of a function that could not be reached. A later attempt may succeed. */
export const notReached = (failure: string): Invocation => ({
  status: 503,
  headers: [],
  body: new Uint8Array(),
  durationSeconds: 0,
  failure,
});

/** Wakes a function that has no instance. @returns the failure; undefined when the function can be invoked */
export async function wakeForJob({ wake }: CallableFunction, signal: AbortSignal): Promise<Invocation | undefined> {
  try {
    await wake?.(signal);
    return undefined;
  } catch (error) {
    if (error instanceof FunctionNotUpError) return notReached(error.reason);
    return notReached(providerFailure(error));
  }
}

/** The reason why the provider could not be asked. @throws every other error */
export function providerFailure(error: unknown): string {
  if (error instanceof ProviderUnavailableError) return `the provider ${error.reason}`;
  throw error;
}
