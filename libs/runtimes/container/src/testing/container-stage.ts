import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { abandonInstance, type Stage } from '@later/runtime-conformance';

import { containerRuntime } from '../container-runtime.js';
import { readProviderId } from '../ownership/provider-id.js';
import { remainsOf } from './remains.js';
import type { TestEngine } from './test-engine.js';

/** A container runtime of its own, on an engine that others use too. */
export async function containerStage({ address, engine }: TestEngine, image: string): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'later-containers-'));
  const options = { engine: address, dataDir, graceMs: 1_000 };
  const providerId = await readProviderId(dataDir);
  const remains = async (mark: string): Promise<readonly string[]> => {
    const { containers, volumes } = await remainsOf(engine, { providerId, mark });
    return [...containers, ...volumes];
  };
  const module = new URL('../container-runtime.ts', import.meta.url).pathname;
  return {
    runtime: containerRuntime(options),
    deployment: (behaviour, file) => ({ image, envProcess: `node a-function.mjs ${behaviour} ${file}` }),
    remains,
    abandon: (spec) => {
      const all = (): Promise<readonly string[]> => remains(spec.deployment.envVars['LATER_MARK']!);
      return abandonInstance({ module, create: 'containerRuntime', options }, spec, all);
    },
    close: async () => {
      const { networks } = await remainsOf(engine, { providerId });
      await rm(dataDir, { recursive: true });
      if (networks.length > 0) throw new Error(`left after close: ${networks.join(', ')}`);
    },
  };
}
