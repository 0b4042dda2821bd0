import { setTimeout as delay } from 'node:timers/promises';

import { fullName, type FunctionAddress } from '@later/job-schema';
import { scalePolicy, type FunctionStatus } from '@later/function-schema';

import type { ProviderClient } from '../provider/provider-client.js';
import { FunctionNotUpError } from './function-not-up-error.js';

/** Long enough to pull a container's image first. */
const maxWaitMs = 30_000;
/** The longest that polling delays the call that wakes a function. */
const pollEveryMs = 100;

/**
 * Wakes a function that has no instance to call: scales it to its minimum if it is scaled to zero, and waits until an
 * instance can be called.
 * @throws FunctionNotUpError when that takes too long, or the function is removed
 * @throws ProviderUnavailableError
 */
export async function wakeFunction(
  provider: Pick<ProviderClient, 'functionStatus' | 'scale'>,
  address: FunctionAddress,
  withinMs = maxWaitMs,
): Promise<void> {
  const startedAt = performance.now();
  // The known status may be a second old: scaling to 1 must not remove instances that another gateway has asked for.
  let status = await currentStatus(provider, address);
  if (status.replicas === 0) await provider.scale(address, Math.max(1, scalePolicy(status.labels).min));
  while (!isUp(status)) {
    if (performance.now() - startedAt > withinMs) {
      throw new FunctionNotUpError(fullName(address), `none of its instances can be called after ${withinMs} ms`);
    }
    await delay(pollEveryMs, undefined, { ref: false });
    status = await currentStatus(provider, address);
  }
}

/** A provider may leave out `availableReplicas`: then an instance counts as callable once it exists. */
const isUp = ({ replicas, availableReplicas }: FunctionStatus): boolean => (availableReplicas ?? replicas ?? 1) > 0;

async function currentStatus(
  provider: Pick<ProviderClient, 'functionStatus'>,
  address: FunctionAddress,
): Promise<FunctionStatus> {
  const status = await provider.functionStatus(address);
  if (!status) throw new FunctionNotUpError(fullName(address), 'it is not deployed any more');
  return status;
}
