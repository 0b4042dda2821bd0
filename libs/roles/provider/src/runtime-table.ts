import { join } from 'node:path';

import type { Logger } from '@later/service-kit';
import type { FunctionProviderConfig, RuntimeTable } from '@later/function-provider';
import { containerRuntime, type ContainerRuntimeConfig } from '@later/runtime-container';
import { processRuntime } from '@later/runtime-process';
import { upstreamRuntime } from '@later/runtime-upstream';

import { readImageCatalogue } from './read-image-catalogue.js';

export interface RuntimeTableOptions {
  readonly config: FunctionProviderConfig;
  readonly containers: ContainerRuntimeConfig;
  /** The provider's environment: functions of the process runtime inherit its `PATH` and a few more variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

/** Creates each runtime with the provider's configuration. */
export async function runtimeTable({
  config,
  containers,
  environment,
  log,
}: RuntimeTableOptions): Promise<RuntimeTable> {
  const { DATA_DIR, IMAGES_FILE, MAX_OUTPUT_BYTES: maxOutputBytes } = config;
  const dataDir = join(DATA_DIR, 'provider');
  const images = IMAGES_FILE === undefined ? new Map() : await readImageCatalogue(IMAGES_FILE);
  return {
    process: () => processRuntime({ dataDir, images, environment, maxOutputBytes, log }),
    container: () =>
      containerRuntime({
        dataDir,
        engine: containers.DOCKER_HOST,
        network: containers.CONTAINER_NETWORK,
        reach: containers.CONTAINER_REACH,
      }),
    upstream: upstreamRuntime,
  };
}
