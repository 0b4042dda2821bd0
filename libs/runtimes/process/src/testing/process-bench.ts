import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deployment } from '@later/function-schema';
import { eventually } from '@later/testing';
import { expect } from 'vitest';

import { CallableInstance } from '@later/runtime-conformance';
import type { Runtime } from '@later/runtime-contract';
import { processRuntime, type ProcessRuntimeOptions } from '../process-runtime.js';
import { findMarked } from '../sandbox/proc.js';

export type SandboxName = 'best' | 'process groups';

const countDescriptors = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

/** A process runtime and the instances that a test starts with it; checks at its end that nothing is left. */
export class ProcessBench {
  readonly log: string[] = [];
  readonly #mark = `mark-${randomUUID()}`;
  readonly #instances: CallableInstance[] = [];

  private constructor(
    private readonly runtime: Runtime,
    private readonly dataDir: string,
    private readonly descriptorsBefore: number,
  ) {}

  static async open(sandbox: SandboxName, options: Pick<ProcessRuntimeOptions, 'graceMs'> = {}): Promise<ProcessBench> {
    const descriptorsBefore = await countDescriptors();
    const dataDir = await mkdtemp(join(tmpdir(), 'later-process-'));
    const runtime = processRuntime({
      dataDir,
      environment: { ...process.env },
      images: new Map(),
      log: { info: () => undefined },
      sandbox,
      maxOutputBytes: 1024 ** 2,
      ...options,
    });
    return new ProcessBench(runtime, dataDir, descriptorsBefore);
  }

  async start(envProcess: string, envVars: Readonly<Record<string, string>> = {}): Promise<CallableInstance> {
    const deployed = deployment.parse({
      service: 'tested',
      image: 'tested',
      envProcess,
      envVars: { LATER_MARK: this.#mark, ...envVars },
    });
    const log = (text: string): void => void this.log.push(text);
    const never = new AbortController().signal;
    const spec = { id: randomUUID(), deployment: deployed, secrets: new Map<string, string>(), log };
    const instance = new CallableInstance(await this.runtime.start(spec, never), this.log);
    this.#instances.push(instance);
    return instance;
  }

  /** The pids of the processes that its instances run now. */
  processes(): Promise<readonly number[]> {
    return findMarked(this.#mark);
  }

  /** Stops all instances. Fails when a process or a descriptor is left. */
  async end(): Promise<void> {
    for (const instance of this.#instances) await instance.close();
    await this.runtime.close();
    expect(await this.processes(), 'processes').toEqual([]);
    await rm(this.dataDir, { recursive: true });
    await eventually(async () => (await countDescriptors()) <= this.descriptorsBefore);
    expect(
      this.#instances.flatMap(({ errors }) => errors),
      'rejections of answer',
    ).toEqual([]);
  }
}
