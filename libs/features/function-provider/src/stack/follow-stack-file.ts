import { once } from 'node:events';
import { resolve } from 'node:path';

import type { Logger } from '@later/service-kit';
import { watch } from 'chokidar';

import type { FunctionProvider } from '../deploying/function-provider.js';
import { applyStack } from './apply-stack.js';
import { readStackFile } from './read-stack-file.js';

export interface StackFile {
  readonly path: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Deploys a stack file's functions, and again with every change of it. A change that cannot be read is told of and
 * changes nothing; a file that goes away, or has nothing in it while it is written, takes no function along.
 * @throws InvalidStackError when it cannot be read at first
 * @returns how to stop following
 */
export async function followStackFile(
  functions: FunctionProvider,
  { path, variables }: StackFile,
  log: Logger,
): Promise<() => Promise<void>> {
  const apply = async (): Promise<void> => {
    const deployments = await readStackFile(path, variables);
    if (!deployments) return log.info({ file: path }, 'No stack file');
    await applyStack(functions, { name: path, deployments }, log);
    log.info({ file: path, functions: deployments.map(({ service }) => service) }, 'Functions');
  };
  // Before the first look at the file: no change after that is missed.
  const watcher = watch(resolve(path), {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 100, pollInterval: 20 },
  });
  await once(watcher, 'ready');
  watcher.on('error', (error) => log.error({ file: path, error }, 'Cannot follow the stack file'));
  // One after the other: the last state of the file is what is applied last.
  let applying = apply();
  const again = (): void => {
    applying = applying.then(apply).catch((error: unknown) => {
      log.error({ file: path, reason: error instanceof Error ? error.message : String(error) }, 'Left as it was');
    });
  };
  watcher.on('add', again).on('change', again);
  await applying.catch(async (error: unknown) => {
    await watcher.close();
    throw error;
  });
  return async () => {
    await watcher.close();
    await applying;
  };
}
