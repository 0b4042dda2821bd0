import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { abandonInstance, type RuntimeHarness } from '@later/runtime-conformance';

import { containerRuntime } from '../container-runtime.js';
import { readProviderId } from '../ownership/provider-id.js';
import { listEngineResources } from './engine-resources.js';
import type { TestEngine } from './test-engine.js';

/** Creates a container runtime for one test; the engine is shared. */
export async function createContainerHarness({ address, engine }: TestEngine, image: string): Promise<RuntimeHarness> {
  const dataDir = await mkdtemp(join(tmpdir(), 'later-containers-'));
  const options = { engine: address, dataDir, graceMs: 1_000 };
  const providerId = await readProviderId(dataDir);
  const list = async (mark: string): Promise<readonly string[]> => {
    const { containers, volumes } = await listEngineResources(engine, { providerId, mark });
    return [...containers, ...volumes];
  };
  const module = new URL('../container-runtime.ts', import.meta.url).pathname;
  return {
    runtime: containerRuntime(options),
    deployment: (behaviour, file) => ({ image, envProcess: `node conformance-function.mjs ${behaviour} ${file}` }),
    listResources: list,
    abandon: (spec) => {
      const resources = (): Promise<readonly string[]> => list(spec.deployment.envVars['LATER_MARK']!);
      return abandonInstance({ module, create: 'containerRuntime', options }, spec, resources);
    },
    close: async () => {
      const { networks } = await listEngineResources(engine, { providerId });
      await rm(dataDir, { recursive: true });
      if (networks.length > 0) throw new Error(`left after close: ${networks.join(', ')}`);
    },
  };
}
