import type { ServerResponse } from 'node:http';

import type { FunctionTarget, Refusal } from '@later/http-kit';
import {
  FunctionNotUpError,
  ProviderUnavailableError,
  type CallableFunction,
  type FunctionDirectory,
} from '@later/provider-client';

import { refusals } from './refusals.js';

/** Looks up the function of a call. @param awayStatus the status when the provider is away */
export async function findFunction(
  functions: FunctionDirectory,
  { address, functionName }: FunctionTarget,
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
 * Wakes the function of a synchronous call, if it has no instances.
 * @returns undefined when the function can be called; else the refusal, or that the client has gone
 */
export async function wakeForCall(
  { wake }: CallableFunction,
  { functionName }: FunctionTarget,
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
