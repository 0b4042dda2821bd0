import { setTimeout as delay } from 'node:timers/promises';

import { fullName, type FunctionAddress } from '@later/job-schema';
import { scalePolicy, type FunctionStatus } from '@later/function-schema';

import type { ProviderClient } from '../provider/provider-client.js';
import { FunctionNotUpError } from './function-not-up-error.js';

/** A container's image may have to be pulled first. */
const longestMs = 30_000;
/** What waiting for it adds to the call that wakes a function, at most. */
const lookEveryMs = 100;

/**
 * Brings a function up that has no instance to call: asks for the least that it is meant to have if there are to be
 * none, and waits until one can be called.
 * @throws FunctionNotUpError when that takes too long, or the function is gone
 * @throws ProviderUnavailableError
 */
export async function wakeFunction(
  provider: Pick<ProviderClient, 'functionStatus' | 'scale'>,
  address: FunctionAddress,
  withinMs = longestMs,
): Promise<void> {
  const startedAt = performance.now();
  // What is known of it may be a second old: asking for 1 instance must not take away those that another asked for.
  let status = await look(provider, address);
  if (status.replicas === 0) await provider.scale(address, Math.max(1, scalePolicy(status.labels).min));
  while (!isUp(status)) {
    if (performance.now() - startedAt > withinMs) {
      throw new FunctionNotUpError(fullName(address), `none of its instances can be called after ${withinMs} ms`);
    }
    await delay(lookEveryMs, undefined, { ref: false });
    status = await look(provider, address);
  }
}

/** A provider need not tell how many instances can be called: then there is no more to wait for than that there are. */
const isUp = ({ replicas, availableReplicas }: FunctionStatus): boolean => (availableReplicas ?? replicas ?? 1) > 0;

async function look(
  provider: Pick<ProviderClient, 'functionStatus'>,
  address: FunctionAddress,
): Promise<FunctionStatus> {
  const status = await provider.functionStatus(address);
  if (!status) throw new FunctionNotUpError(fullName(address), 'it is not deployed any more');
  return status;
}
