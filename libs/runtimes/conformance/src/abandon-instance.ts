import { fork } from 'node:child_process';
import { once } from 'node:events';

import { eventually } from '@later/testing';

import type { InstanceSpec } from '@later/runtime-contract';

/**
 * Where a provider of its own finds a runtime: a source file, its export, and that function's only argument, as far as a
 * structured clone can carry it; a `log` that nobody reads is added.
 */
export interface RuntimeSource {
  readonly module: string;
  readonly create: string;
  readonly options: unknown;
}

/**
 * Starts an instance of the behaviour `slow` in a provider that is a process of its own, calls it, and kills the
 * provider.
 * @param remains what there is of the instance; its last answer before the kill is resolved with
 */
export async function abandonInstance(
  source: RuntimeSource,
  spec: Omit<InstanceSpec, 'log'>,
  remains: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const provider = fork(new URL('doomed-provider.mjs', import.meta.url), {
    execArgv: [],
    stdio: 'inherit',
    serialization: 'advanced',
  });
  provider.send({ ...source, spec });
  const exited = once(provider, 'exit');
  const log: unknown[] = [];
  provider.on('message', (text) => log.push(text));
  try {
    await eventually(() => provider.exitCode !== null || log.includes('slow: called'), 20_000);
    return await remains();
  } finally {
    provider.kill('SIGKILL');
    await exited;
  }
}
