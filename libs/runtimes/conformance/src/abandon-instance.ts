import { fork } from 'node:child_process';
import { once } from 'node:events';

import { eventually } from '@later/testing';

import type { InstanceSpec } from '@later/runtime-contract';

/**
 * How another process creates a runtime: a source file, the name of an exported function, and that function's argument
 * without its `log`. The argument is sent by structured clone, and the process adds a `log` that discards everything.
 */
export interface RuntimeSource {
  readonly module: string;
  readonly create: string;
  readonly options: unknown;
}

/**
 * Starts an instance of the behaviour `slow` in a provider that is a process of its own, calls it, and kills the
 * provider.
 * @param listResources lists what exists of the instance; called just before the kill
 * @returns the resources that existed before the kill
 */
export async function abandonInstance(
  source: RuntimeSource,
  spec: Omit<InstanceSpec, 'log'>,
  listResources: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const provider = fork(new URL('abandoned-provider.mjs', import.meta.url), {
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
    return await listResources();
  } finally {
    provider.kill('SIGKILL');
    await exited;
  }
}
