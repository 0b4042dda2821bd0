import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deployment } from '@later/function-schema';
import { eventually } from '@later/testing';
import { expect } from 'vitest';

import { Callable } from '@later/runtime-conformance';
import type { Instance, Runtime } from '@later/runtime-contract';
import { processRuntime } from '../process-runtime.js';
import { findMarked } from '../sandbox/proc.js';

export type SandboxName = 'best' | 'process groups';

const descriptors = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

/** A hostile function behind a server, and a count of what was there before it. */
export class HostileScene {
  readonly log: string[] = [];
  readonly #mark = `mark-${randomUUID()}`;
  readonly #callables: Callable[] = [];

  private constructor(
    private readonly runtime: Runtime,
    private readonly dataDir: string,
    private readonly before: number,
  ) {}

  static async open(sandbox: SandboxName): Promise<HostileScene> {
    const before = await descriptors();
    const dataDir = await mkdtemp(join(tmpdir(), 'later-hostile-'));
    const environment = { ...process.env };
    const log = { info: () => undefined };
    const runtime = processRuntime({
      dataDir,
      environment,
      images: new Map(),
      log,
      sandbox,
      maxOutputBytes: 1024 ** 2,
    });
    return new HostileScene(runtime, dataDir, before);
  }

  async start(envProcess: string, envVars: Readonly<Record<string, string>> = {}): Promise<Callable> {
    const given = deployment.parse({
      service: 'hostile',
      image: 'hostile',
      envProcess,
      envVars: { LATER_MARK: this.#mark, ...envVars },
    });
    const log = (text: string): void => void this.log.push(text);
    const never = new AbortController().signal;
    const spec = { id: randomUUID(), deployment: given, secrets: new Map<string, string>(), log };
    const instance: Instance = await this.runtime.start(spec, never);
    const callable = new Callable(instance, this.log);
    this.#callables.push(callable);
    return callable;
  }

  /** The processes there are of it. */
  processes(): Promise<readonly number[]> {
    return findMarked(this.#mark);
  }

  /** Stops all; then nothing may be there that was not before. */
  async end(): Promise<void> {
    for (const callable of this.#callables) await callable.close();
    await this.runtime.close();
    expect(await this.processes(), 'processes').toEqual([]);
    await rm(this.dataDir, { recursive: true });
    await eventually(async () => (await descriptors()) <= this.before);
    expect(
      this.#callables.flatMap(({ errors }) => errors),
      'rejections of answer',
    ).toEqual([]);
  }
}
