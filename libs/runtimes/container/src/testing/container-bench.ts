import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deployment } from '@later/function-schema';

import { Callable } from '@later/runtime-conformance';
import type { Runtime } from '@later/runtime-contract';
import { containerRuntime, type ContainerRuntimeOptions } from '../container-runtime.js';
import { readProviderId } from '../ownership/provider-id.js';
import { remainsOf, type Remains } from './remains.js';
import type { TestEngine } from './test-engine.js';

/** One container runtime with a data directory of its own, and what was started on it. */
export class ContainerBench implements AsyncDisposable {
  readonly #callables: Callable[] = [];

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
    wanted: Record<string, unknown> & { readonly image: string },
    {
      secret,
      signal,
      log = () => undefined,
    }: { secret?: string; signal?: AbortSignal; log?: (text: string) => unknown } = {},
  ): Promise<Callable> {
    const path = join(this.dataDir, 'kept-api-key');
    if (secret !== undefined) await writeFile(path, secret, { mode: 0o600 });
    const spec = {
      id: 'a/b c',
      deployment: deployment.parse({ service: 'inspecting', envProcess: 'node inspecting-function.mjs', ...wanted }),
      secrets: new Map(secret === undefined ? [] : [['api-key', path]]),
      log,
    };
    const callable = new Callable(await this.runtime.start(spec, signal ?? new AbortController().signal), []);
    this.#callables.push(callable);
    return callable;
  }

  remains(): Promise<Remains> {
    return remainsOf(this.found.engine, this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const callable of this.#callables) await callable.close();
    await this.runtime.close();
    await rm(this.dataDir, { recursive: true });
  }
}
