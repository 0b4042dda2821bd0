import { randomUUID } from 'node:crypto';

import { checked, InvalidRequestError } from '@later/http-kit';
import {
  defaultNamespace,
  functionSettings,
  mostReplicas,
  namespaceName,
  runtimeAskedFor,
  scalePolicy,
  type Deployment,
  type Fault,
  type FunctionAddress,
  type FunctionStatus,
} from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import pLimit from 'p-limit';

import { FunctionInstances, type NoInstance, type Wanted } from '../instances/function-instances.js';
import type { FunctionLogs } from '../logs/index.js';
import type { InstanceCall, InstanceUsage } from '../runtimes/runtime.js';
import type { Runtimes } from '../runtimes/runtimes.js';
import { CallMeter, type ScalableFunction } from '../scaling/index.js';
import type { ProviderState } from '../state/provider-state.js';
import type { StoredFunction } from '../state/stored-function.js';
import { unknown } from './refused-error.js';
import { statusOf } from './status-of.js';
import { Turns } from './turns.js';

/** More at once, and they only wait for each other's processor. */
const startsAtOnce = 8;

/** How long a call waits for an instance of a function that has none. */
const startTimeoutMs = 30_000;

export interface FunctionProviderOptions {
  readonly state: ProviderState;
  readonly runtimes: Runtimes;
  readonly logs: FunctionLogs;
  readonly log: Logger;
  /** Longest call of a function that names no `exec_timeout`, in ms. */
  readonly timeoutMs: number;
}

const keyOf = ({ name, namespace }: FunctionAddress): string => `${name}.${namespace}`;
const addressOf = ({ deployment }: StoredFunction): FunctionAddress => ({
  name: deployment.service,
  namespace: deployment.namespace,
});

/**
 * Deploys, scales and removes functions, and keeps them running. A change is checked, then written to disk, then
 * answered for; the instances follow by themselves. Changes of one function happen one after the other.
 */
export class FunctionProvider {
  readonly #instances = new Map<string, FunctionInstances>();
  readonly #meters = new Map<string, CallMeter>();
  readonly #turns = new Turns();
  readonly #startLimit = pLimit(startsAtOnce);

  constructor(private readonly options: FunctionProviderOptions) {}

  /** Starts what was deployed before. */
  start(): void {
    for (const stored of this.all()) this.#follow(stored);
  }

  list(namespace: string): readonly FunctionStatus[] {
    this.#expectNamespace(namespace, ['namespace']);
    return this.options.state.functions(namespace).map((stored) => this.#statusOf(stored));
  }

  /** Every function there is, of all namespaces. */
  *all(): Iterable<StoredFunction> {
    for (const { name } of this.options.state.namespaces()) yield* this.options.state.functions(name);
  }

  status(address: FunctionAddress): FunctionStatus {
    return this.#statusOf(this.#expect(address));
  }

  async usage(address: FunctionAddress): Promise<InstanceUsage> {
    this.#expect(address);
    return (await this.#instances.get(keyOf(address))?.usage()) ?? { cpuMilli: 0, memoryBytes: 0 };
  }

  /**
   * Deploys a function, in the place of one of its name.
   * @throws InvalidRequestError naming each field that cannot be followed
   * @throws RefusedError 404 when `onlyIfKnown` and there is none
   */
  async deploy(deployment: Deployment, { onlyIfKnown = false } = {}): Promise<void> {
    const address = { name: deployment.service, namespace: deployment.namespace };
    await this.#turns.take(keyOf(address), async () => {
      const { state } = this.options;
      const before = state.function(address);
      const { min, max } = scalePolicy(deployment.labels);
      const replicas = before ? Math.min(Math.max(before.replicas, min), max) : min;
      this.#check(deployment, replicas);
      if (!before && onlyIfKnown) throw unknown(`Function "${keyOf(address)}"`);
      await this.#put({
        deployment,
        replicas,
        revision: randomUUID(),
        createdAt: before?.createdAt ?? new Date().toISOString(),
      });
      this.options.log.info({ function: keyOf(address), replicas }, before ? 'Updated' : 'Deployed');
    });
  }

  async scale(address: FunctionAddress, replicas: number): Promise<void> {
    await this.#turns.take(keyOf(address), async () => {
      const stored = this.#expect(address);
      if (replicas > mostReplicas) throw faulty([{ path: ['replicas'], message: `expected at most ${mostReplicas}` }]);
      const runtime = this.#runtimeOf(stored.deployment);
      const faults = runtime.faultsOf(stored.deployment, replicas);
      if (faults.length > 0) throw faulty(faults);
      if (replicas !== stored.replicas) await this.#put({ ...stored, replicas });
    });
  }

  async remove(address: FunctionAddress): Promise<void> {
    await this.#turns.take(keyOf(address), async () => {
      this.#expect(address);
      await this.options.state.removeFunction(address);
      const instances = this.#instances.get(keyOf(address));
      this.#instances.delete(keyOf(address));
      this.#meters.delete(keyOf(address));
      // Who removes a function does not wait for the calls that it still answers.
      void this.#clearAway(address, instances).catch((error: unknown) => {
        this.options.log.error({ error, function: keyOf(address) }, 'Could not stop in order');
      });
      this.options.log.info({ function: keyOf(address) }, 'Removed');
    });
  }

  /** @returns why the function did not answer; undefined once it has */
  async answer(
    address: FunctionAddress,
    call: Omit<InstanceCall, 'timeoutMs'>,
    signal: AbortSignal,
  ): Promise<NoInstance | 'unknown' | undefined> {
    const stored = this.options.state.function(address);
    const instances = this.#instances.get(keyOf(address));
    if (!stored || !instances) return 'unknown';
    const timeoutMs = functionSettings(stored.deployment.envVars).timeoutMs ?? this.options.timeoutMs;
    // From here on: who waits for an instance keeps the function from going back to zero.
    const done = this.#meterOf(address).started();
    try {
      if (stored.replicas === 0) await this.#wake(address);
      return await instances.answer({ ...call, timeoutMs }, startTimeoutMs, signal);
    } finally {
      done();
    }
  }

  /** The functions whose instances are ours to count, with the calls they get. */
  *scalable(): Iterable<ScalableFunction> {
    for (const stored of this.all()) {
      const address = addressOf(stored);
      const { replicas, deployment } = stored;
      const runtime = this.#runtimeOf(deployment);
      if (runtime.name === 'upstream') continue;
      const most: Record<string, string> =
        runtime.faultsOf(deployment, 2).length > 0 ? { 'com.openfaas.scale.max': '1' } : {};
      yield { ...address, replicas, labels: { ...deployment.labels, ...most }, calls: this.#meterOf(address) };
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#instances.values()].map((each) => each.stop()));
    await this.options.runtimes.close();
  }

  #faultsOfSecrets(deployment: Deployment): readonly Fault[] {
    const { state } = this.options;
    return deployment.secrets.flatMap((name, index) =>
      state.hasSecret({ name, namespace: deployment.namespace })
        ? []
        : [
            {
              path: ['secrets', String(index)],
              message: `there is no secret "${name}" in namespace ${deployment.namespace}`,
            },
          ],
    );
  }

  async #clearAway(address: FunctionAddress, instances: FunctionInstances | undefined): Promise<void> {
    await instances?.stop();
    // One of the same name may have been deployed since: the log is its own by now.
    if (!this.options.state.function(address)) await this.options.logs.remove(address);
  }

  /** @throws InvalidRequestError naming the field when there is no such namespace */
  #expectNamespace(namespace: string, path: readonly string[]): void {
    checked(namespaceName, namespace);
    if (!this.options.state.namespace(namespace)) {
      const hint = namespace === defaultNamespace ? '' : ` Create it with POST /system/namespace/${namespace}.`;
      throw faulty([{ path, message: `there is no namespace "${namespace}".${hint}` }]);
    }
  }

  #check(deployment: Deployment, replicas: number): void {
    this.#expectNamespace(deployment.namespace, ['namespace']);
    const runtime = this.#runtimeOf(deployment);
    const faults = [...this.#faultsOfSecrets(deployment), ...runtime.faultsOf(deployment, replicas)];
    if (faults.length > 0) throw faulty(faults);
  }

  async #wake(address: FunctionAddress): Promise<void> {
    await this.#turns.take(keyOf(address), async () => {
      const stored = this.options.state.function(address);
      if (!stored || stored.replicas > 0) return;
      await this.#put({ ...stored, replicas: Math.max(1, scalePolicy(stored.deployment.labels).min) });
      this.options.log.info({ function: keyOf(address), from: 0 }, 'Woken by a call');
    });
  }

  async #put(stored: StoredFunction): Promise<void> {
    await this.options.state.putFunction(stored);
    this.#follow(stored);
  }

  #follow(stored: StoredFunction): void {
    const address = addressOf(stored);
    const wanted: Wanted = { stored, runtime: this.#runtimeOf(stored.deployment) };
    const instances = this.#instances.get(keyOf(address));
    if (instances) return instances.want(wanted);
    const { log, logs, state } = this.options;
    const started = new FunctionInstances(wanted, {
      secretsOf: ({ deployment: { secrets, namespace } }) =>
        new Map(secrets.map((name) => [name, state.secretPath({ name, namespace })])),
      writeLog: (instance, text) => logs.write(address, instance, text),
      whenThereIsRoom: (start) => this.#startLimit(start),
      log: log.child({ function: keyOf(address) }),
    });
    this.#instances.set(keyOf(address), started);
  }

  #meterOf(address: FunctionAddress): CallMeter {
    const meter = this.#meters.get(keyOf(address)) ?? new CallMeter();
    this.#meters.set(keyOf(address), meter);
    return meter;
  }

  #runtimeOf({ annotations }: Deployment) {
    return this.options.runtimes.get(runtimeAskedFor(annotations));
  }

  #statusOf(stored: StoredFunction): FunctionStatus {
    return statusOf(stored, this.#instances.get(keyOf(addressOf(stored)))?.available ?? 0);
  }

  #expect(address: FunctionAddress): StoredFunction {
    const stored = this.options.state.function(address);
    if (!stored) throw unknown(`Function "${keyOf(address)}"`);
    return stored;
  }
}

const faulty = (faults: readonly Fault[]): InvalidRequestError =>
  new InvalidRequestError(faults.map(({ path, message }) => `${path.join('.')}: ${message}`));
