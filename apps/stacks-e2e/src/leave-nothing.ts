import { docker } from '@later/stacks';
import { expect } from 'vitest';

import { containersOfFunctions } from './run-in-container.js';
import type { RunningStack } from './running-stack.js';

/** Removes the leftovers of a proof that was interrupted: this proof would count them as its own. */
export async function removeLeftovers(stack: RunningStack): Promise<void> {
  const functions = containersOfFunctions();
  if (functions.length > 0) docker('rm', '--force', ...functions);
  await leaveNothing(stack);
}

/** Ends the stack with its volumes. @throws when a container, a network or a volume is left */
export async function leaveNothing(stack: RunningStack): Promise<void> {
  await stack.down('--volumes');
  const filter = ['--filter', `label=com.docker.compose.project=${stack.project}`];
  const left = [
    docker('ps', '--all', '--quiet', ...filter),
    docker('network', 'ls', '--quiet', ...filter),
    docker('volume', 'ls', '--quiet', ...filter),
    ...containersOfFunctions(),
  ].filter(Boolean);
  expect(left, 'containers, networks and volumes').toEqual([]);
}
