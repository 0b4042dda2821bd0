import { type BasicAuth, type Listening, type Logger, type RunningService, requireBasicAuth } from '@later/service-kit';
import {
  FunctionProviderModule,
  type FunctionProviderConfig,
  type StackConfig,
  openProvider,
  Autoscaler,
  followStackFile,
  waitingJobs,
  type Queues,
} from '@later/function-provider';
import type { ContainerRuntimeConfig } from '@later/runtime-container';

import { runtimeTable } from './runtime-table.js';

/** The time between two rounds of the autoscaler. */
const scaleEveryMs = 1_000;

export interface StartProviderOptions {
  readonly config: FunctionProviderConfig;
  readonly containers: ContainerRuntimeConfig;
  readonly stack: StackConfig;
  readonly listen: { readonly HOST: string; readonly PORT: number };
  /** The credentials of the API; undefined leaves it open. */
  readonly auth: BasicAuth | undefined;
  /** The queues that hold the jobs of functions. */
  readonly queues: Queues;
}

/** Starts a provider that runs until the service stops: its functions, its stack file, its autoscaler and its API. */
export async function startProvider(
  { config, containers, stack, listen, auth, queues }: StartProviderOptions,
  service: RunningService,
): Promise<Listening> {
  const log: Logger = service.log('provider');
  const runtimes = await runtimeTable({ config, containers, environment: stack, log });
  const opened = await openProvider({ config, runtimes, log });
  service.onStop('functions of the provider', () => opened.close());
  const { functions } = opened;
  const file = { path: stack.FUNCTIONS_FILE, variables: stack };
  service.onStop('stack file', await followStackFile(functions, file, log));
  const autoscaler = new Autoscaler({
    functions: () => functions.scalable(),
    scale: (fn, replicas) => functions.scale(fn, replicas, { from: fn.replicas }),
    queueDepth: waitingJobs(queues),
    everyMs: scaleEveryMs,
    log,
  });
  autoscaler.start();
  service.onStop('autoscaler', () => autoscaler.stop());
  return service.serve('provider', {
    imports: [FunctionProviderModule.of(opened, log)],
    before: (fastify) => auth && requireBasicAuth(fastify, auth, ['/system']),
    listen,
    // Stops before the API does: the API waits for all answers, and a followed log never ends by itself.
    afterListen: async () => service.onStop('followers of logs', async () => opened.logs.endFollowing()),
  });
}
