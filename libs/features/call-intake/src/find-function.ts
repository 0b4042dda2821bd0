import type { ServerResponse } from 'node:http';

import {
  FunctionNotUpError,
  ProviderUnavailableError,
  type CallableFunction,
  type FunctionDirectory,
} from '@later/provider-client';

import type { CallTarget } from './call-target.js';
import { refusals, type Refusal } from './refusal.js';

/** Finds the function that a call is for. @param awayStatus for when nobody can tell whether there is one */
export async function findFunction(
  functions: FunctionDirectory,
  { address, functionName }: CallTarget,
  awayStatus: 502 | 503,
): Promise<{ readonly fn: CallableFunction } | { readonly refusal: Refusal }> {
  try {
    const fn = await functions.find(address);
    return fn ? { fn } : { refusal: refusals.unknownFunction(functionName) };
  } catch (error) {
    if (!(error instanceof ProviderUnavailableError)) throw error;
    return { refusal: refusals.cannotLookUp(functionName, awayStatus) };
  }
}

/**
 * Brings a function up for a call that waits for its answer.
 * @returns why it did not come up, or that nobody waits any more; undefined when it can be called
 */
export async function wakeForCall(
  { wake }: CallableFunction,
  { functionName }: CallTarget,
  response: ServerResponse,
): Promise<Refusal | 'client-gone' | undefined> {
  if (!wake) return undefined;
  const clientGone = new AbortController();
  const leave = (): void => clientGone.abort();
  response.once('close', leave);
  try {
    await wake(clientGone.signal);
    return undefined;
  } catch (error) {
    if (clientGone.signal.aborted) return 'client-gone';
    if (error instanceof FunctionNotUpError) return refusals.notUp(functionName);
    if (error instanceof ProviderUnavailableError) return refusals.cannotLookUp(functionName, 502);
    throw error;
  } finally {
    response.off('close', leave);
  }
}
