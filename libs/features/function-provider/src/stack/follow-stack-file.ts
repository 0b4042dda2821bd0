import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { Logger } from '@later/service-kit';
import { watch } from 'chokidar';

import type { FunctionProvider } from '../deploying/function-provider.js';
import { applyStack } from './apply-stack.js';
import { readStackFile } from './read-stack-file.js';

/** How soon a function that could not be deployed is tried again. */
const tryAgainMs = 1_000;

export interface StackFile {
  readonly path: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Deploys a stack file's functions, and again with every change of it. A function that cannot be deployed yet, because it
 * names a secret that is not there, is tried again until it can. A change that cannot be read is told of and
 * changes nothing; a file that goes away, or has nothing in it while it is written, takes no function along.
 * @throws InvalidStackError when it cannot be read at first
 * @returns how to stop following
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
  // Before the first look at the file: no change after that is missed.
  const watcher = watch(resolve(path), {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 100, pollInterval: 20 },
  });
  await once(watcher, 'ready');
  watcher.on('error', (error) => log.error({ file: path, error }, 'Cannot follow the stack file'));
  // One after the other: the last state of the file is what is applied last.
  let isRetryAhead = false;
  let applying = apply();
  function again(isRetry: boolean): void {
    applying = applying
      .then(() => apply(isRetry))
      .catch((error: unknown) => {
        log.error({ file: path, reason: error instanceof Error ? error.message : String(error) }, 'Left as it was');
      });
  }
  function retryLater(): void {
    if (isRetryAhead) return;
    isRetryAhead = true;
    const retry = (): void => {
      isRetryAhead = false;
      again(true);
    };
    void delay(tryAgainMs, undefined, { signal, ref: false }).then(retry, () => undefined);
  }
  watcher.on('add', () => again(false)).on('change', () => again(false));
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
