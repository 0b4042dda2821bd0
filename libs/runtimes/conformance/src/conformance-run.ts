import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deployment, type Deployment } from '@later/function-schema';
import { expect } from 'vitest';

import type { InstanceSpec } from '@later/runtime-contract';
import { CallableInstance } from './callable-instance.js';
import type { Behaviour, RuntimeHarness } from './runtime-harness.js';

const secretFile = '/var/openfaas/secrets/api-key';

export interface StartOptions {
  readonly envVars?: Readonly<Record<string, string>>;
  /** Content of the secret `api-key`. */
  readonly secret?: string;
  readonly signal?: AbortSignal;
}

/** One test of the suite: starts its instances, and checks at its end that nothing is left of them. */
export class ConformanceRun {
  /** Is in the environment of everything that this test starts, and of nothing else. */
  readonly mark = `mark-${randomUUID()}`;
  /** The log of the latest start, also when that start failed. */
  log: readonly string[] = [];
  readonly #instances: CallableInstance[] = [];
  #secrets: string | undefined;

  constructor(readonly harness: RuntimeHarness) {}

  /** Starts an instance with this behaviour. */
  async start(behaviour: Behaviour, options: StartOptions = {}): Promise<CallableInstance> {
    const log: string[] = [];
    this.log = log;
    const spec = { ...(await this.spec(behaviour, options)), log: (text: string) => void log.push(text) };
    const never = new AbortController().signal;
    const instance = new CallableInstance(await this.harness.runtime.start(spec, options.signal ?? never), log);
    this.#instances.push(instance);
    return instance;
  }

  async spec(behaviour: Behaviour, { envVars = {}, secret }: StartOptions = {}): Promise<Omit<InstanceSpec, 'log'>> {
    const ofBehaviour = this.harness.deployment(behaviour, secretFile);
    const deployed: Deployment = deployment.parse({
      service: behaviour,
      ...ofBehaviour,
      envVars: { ...ofBehaviour.envVars, LATER_MARK: this.mark, ...envVars },
      secrets: secret === undefined ? [] : ['api-key'],
    });
    expect(this.harness.runtime.faultsOf(deployed, 1), 'faults').toEqual([]);
    const secrets = secret === undefined ? new Map<string, string>() : await this.#storeSecret(secret);
    return { id: `${behaviour}-${randomUUID().slice(0, 8)}`, deployment: deployed, secrets };
  }

  async #storeSecret(content: string): Promise<ReadonlyMap<string, string>> {
    this.#secrets ??= await mkdtemp(join(tmpdir(), 'later-secrets-'));
    await writeFile(this.secretPath, content);
    return new Map([['api-key', this.secretPath]]);
  }

  /** Where the provider stores the secret. */
  get secretPath(): string {
    return join(this.#secrets ?? '', 'kept-api-key');
  }

  /** The resources of this test that exist now. */
  resources(): Promise<readonly string[]> {
    return this.harness.listResources(this.mark);
  }

  async end(): Promise<void> {
    for (const instance of this.#instances) await instance.close();
    await this.harness.runtime.close();
    const left = await this.resources();
    await this.harness.close();
    if (this.#secrets) await rm(this.#secrets, { recursive: true });
    expect(left, 'left after close').toEqual([]);
    expect(
      this.#instances.flatMap(({ errors }) => errors),
      'rejections of answer',
    ).toEqual([]);
  }
}
