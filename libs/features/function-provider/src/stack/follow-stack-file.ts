import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { Logger } from '@later/service-kit';
import { watch } from 'chokidar';

import type { FunctionProvider } from '../deploying/function-provider.js';
import { applyStack } from './apply-stack.js';
import { readStackFile } from './read-stack-file.js';

/** The wait before the next try to deploy a function that could not be deployed. */
const retryMs = 1_000;

export interface StackFile {
  readonly path: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Deploys the functions of a stack file, and again after every change of the file.
 *
 * - A function that cannot be deployed yet, for example because its secret does not exist, is retried until it can.
 * - A change that is invalid is logged and changes nothing.
 * - A file that is removed or emptied changes nothing.
 *
 * @throws InvalidFileError when the file is invalid at the start
 * @returns stops following
 */
export async function followStackFile(
  functions: FunctionProvider,
  { path, variables }: StackFile,
  log: Logger,
): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const apply = async (isRetry = false): Promise<void> => {
    const deployments = await readStackFile(path, variables);
    if (!deployments) return log.info({ file: path }, 'No stack file');
    const refused = await applyStack(functions, { name: path, deployments });
    if (!isRetry) {
      for (const [name, reason] of refused)
        log.error({ function: name, reason }, 'Not deployed from the stack file yet');
      log.info({ file: path, functions: deployments.map(({ service }) => service) }, 'Functions');
    }
    if (refused.size > 0) retryLater();
  };
  // The watcher starts before the first read, so that no later change is missed.
  const watcher = watch(resolve(path), {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 100, pollInterval: 20 },
  });
  await once(watcher, 'ready');
  watcher.on('error', (error) => log.error({ file: path, error }, 'Cannot follow the stack file'));
  // One at a time: the last state of the file is applied last.
  let isRetryScheduled = false;
  let applying = apply();
  function applyAgain(isRetry: boolean): void {
    applying = applying
      .then(() => apply(isRetry))
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.error({ file: path, reason }, 'The stack file was not applied');
      });
  }
  function retryLater(): void {
    if (isRetryScheduled) return;
    isRetryScheduled = true;
    const retry = (): void => {
      isRetryScheduled = false;
      applyAgain(true);
    };
    void delay(retryMs, undefined, { signal, ref: false }).then(retry, () => undefined);
  }
  watcher.on('add', () => applyAgain(false)).on('change', () => applyAgain(false));
  await applying.catch(async (error: unknown) => {
    await watcher.close();
    throw error;
  });
  return async () => {
    stopping.abort();
    await watcher.close();
    await applying;
  };
}
