import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deployment, type Deployment } from '@later/function-schema';
import { expect } from 'vitest';

import type { InstanceSpec } from '@later/runtime-contract';
import { Callable } from './callable.js';
import type { Behaviour, Stage } from './runtime-under-test.js';

const secretFile = '/var/openfaas/secrets/api-key';

export interface Wanted {
  readonly envVars?: Readonly<Record<string, string>>;
  /** Content of the secret `api-key`. */
  readonly secret?: string;
  readonly signal?: AbortSignal;
}

/** One test's worth of instances, and of what they left. */
export class Scene {
  /** In the environment of all that is started here, and of nothing else. */
  readonly mark = `mark-${randomUUID()}`;
  /** What the last instance that was started, or should have been, wrote to its log. */
  log: readonly string[] = [];
  readonly #callables: Callable[] = [];
  #secrets: string | undefined;

  constructor(readonly stage: Stage) {}

  /** Starts an instance that behaves so. */
  async start(behaviour: Behaviour, wanted: Wanted = {}): Promise<Callable> {
    const log: string[] = [];
    this.log = log;
    const spec = { ...(await this.spec(behaviour, wanted)), log: (text: string) => void log.push(text) };
    const never = new AbortController().signal;
    const callable = new Callable(await this.stage.runtime.start(spec, wanted.signal ?? never), log);
    this.#callables.push(callable);
    return callable;
  }

  async spec(behaviour: Behaviour, { envVars = {}, secret }: Wanted = {}): Promise<Omit<InstanceSpec, 'log'>> {
    const shown = this.stage.deployment(behaviour, secretFile);
    const given: Deployment = deployment.parse({
      service: behaviour,
      ...shown,
      envVars: { ...shown.envVars, LATER_MARK: this.mark, ...envVars },
      secrets: secret === undefined ? [] : ['api-key'],
    });
    expect(this.stage.runtime.faultsOf(given, 1), 'faults').toEqual([]);
    const secrets = secret === undefined ? new Map<string, string>() : await this.#keepSecret(secret);
    return { id: `${behaviour}-${randomUUID().slice(0, 8)}`, deployment: given, secrets };
  }

  async #keepSecret(content: string): Promise<ReadonlyMap<string, string>> {
    this.#secrets ??= await mkdtemp(join(tmpdir(), 'later-secrets-'));
    await writeFile(this.secretPath, content);
    return new Map([['api-key', this.secretPath]]);
  }

  /** Where the provider keeps the secret. */
  get secretPath(): string {
    return join(this.#secrets ?? '', 'kept-api-key');
  }

  /** What there is at this moment of all that was started here. */
  remains(): Promise<readonly string[]> {
    return this.stage.remains(this.mark);
  }

  async end(): Promise<void> {
    for (const callable of this.#callables) await callable.close();
    await this.stage.runtime.close();
    const left = await this.remains();
    await this.stage.close();
    if (this.#secrets) await rm(this.#secrets, { recursive: true });
    expect(left, 'left after close').toEqual([]);
    expect(
      this.#callables.flatMap(({ errors }) => errors),
      'rejections of answer',
    ).toEqual([]);
  }
}
