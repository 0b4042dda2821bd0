import { docker, imageOf } from '@later/stacks';
import { expect } from 'vitest';

import type { RunningStack } from './running-stack.js';
import { until } from './until.js';

/** With `--containers` only the provider has the engine's socket, and it runs a function in a container. */
export async function runInContainer(stack: RunningStack): Promise<string> {
  await stack.up('--containers');
  const holders = stack.containers().filter(({ mounts }) => mounts.some((path) => path.endsWith('.sock')));
  expect(holders.map(({ service }) => service)).toEqual(['provider']);
  await stack.deploy({
    service: 'boxed',
    image: imageOf('functions'),
    envVars: { PORT: '8080' },
    annotations: { 'later.dev/runtime': 'container' },
  });
  const answer = await until('the function answers', 60_000, () => callBoxed(stack));
  expect(answer).toContain(String.raw`/ _`);
  const ids = containersOfFunctions();
  expect(ids.length, 'containers of the function').toBeGreaterThan(0);
  await stack.up();
  expect(containersOfFunctions(), 'containers without the overlay').toEqual([]);
  for (const name of ['proof', 'boxed']) expect(await stack.isDeployed(name), name).toBe(true);
  return `the provider ran a function in ${ids.length} container; without the overlay all else stays as it is`;
}

async function callBoxed({ gatewayUrl }: RunningStack): Promise<string | false> {
  const answer = await fetch(`${gatewayUrl}/function/boxed/figlet`, {
    method: 'POST',
    body: 'a',
    // A call waits for the start of the first instance.
    signal: AbortSignal.timeout(35_000),
  });
  return answer.ok && answer.text();
}

/** The containers that the provider made on the engine. */
export const containersOfFunctions = (): readonly string[] =>
  docker('ps', '--all', '--quiet', '--filter', 'label=later.dev/function=boxed.openfaas-fn')
    .split('\n')
    .filter(Boolean);
