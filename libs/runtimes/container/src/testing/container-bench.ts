import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deployment } from '@later/function-schema';

import { CallableInstance } from '@later/runtime-conformance';
import type { Runtime } from '@later/runtime-contract';
import { containerRuntime, type ContainerRuntimeOptions } from '../container-runtime.js';
import { readProviderId } from '../ownership/provider-id.js';
import { listEngineResources, type EngineResources } from './engine-resources.js';
import type { TestEngine } from './test-engine.js';

/** A container runtime with a data directory of its own, and the instances that a test starts with it. */
export class ContainerBench implements AsyncDisposable {
  readonly #instances: CallableInstance[] = [];

  private constructor(
    private readonly found: TestEngine,
    private readonly dataDir: string,
    readonly providerId: string,
    readonly runtime: Runtime,
  ) {}

  static async open(found: TestEngine, options: Partial<ContainerRuntimeOptions> = {}): Promise<ContainerBench> {
    const dataDir = await mkdtemp(join(tmpdir(), 'later-containers-'));
    const runtime = containerRuntime({ engine: found.address, dataDir, graceMs: 1_000, ...options });
    return new ContainerBench(found, dataDir, await readProviderId(dataDir), runtime);
  }

  /** @param secret content of the secret `api-key` */
  async start(
    fields: Record<string, unknown> & { readonly image: string },
    {
      secret,
      signal,
      log = () => undefined,
    }: { secret?: string; signal?: AbortSignal; log?: (text: string) => unknown } = {},
  ): Promise<CallableInstance> {
    const path = join(this.dataDir, 'kept-api-key');
    if (secret !== undefined) await writeFile(path, secret, { mode: 0o600 });
    const spec = {
      id: 'a/b c',
      deployment: deployment.parse({ service: 'inspecting', envProcess: 'node inspecting-function.mjs', ...fields }),
      secrets: new Map(secret === undefined ? [] : [['api-key', path]]),
      log,
    };
    const callable = new CallableInstance(await this.runtime.start(spec, signal ?? new AbortController().signal), []);
    this.#instances.push(callable);
    return callable;
  }

  resources(): Promise<EngineResources> {
    return listEngineResources(this.found.engine, this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const callable of this.#instances) await callable.close();
    await this.runtime.close();
    await rm(this.dataDir, { recursive: true });
  }
}
