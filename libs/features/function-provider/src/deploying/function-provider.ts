import { randomUUID } from 'node:crypto';

import { fullName, type FunctionAddress } from '@later/job-schema';
import {
  mostReplicas,
  runtimeAskedFor,
  scalePolicy,
  type Deployment,
  type FunctionStatus,
} from '@later/function-schema';
import type { Logger } from '@later/service-kit';
import type { FunctionLogs } from '@later/function-logs';
import type { InstanceUsage } from '@later/runtime-contract';

import { FunctionInstances, type NoInstance, type UntimedCall, type Wanted } from '../instances/function-instances.js';
import { StartLimit } from '../instances/start-limit.js';
import type { Runtimes } from '../runtimes/runtimes.js';
import { CallMeter, type ScalableFunction } from '../scaling/index.js';
import type { ProviderState } from '../state/provider-state.js';
import { addressOf, type StoredFunction } from '../state/stored-function.js';
import { checkDeployment, faulty } from './check-deployment.js';
import { expectNamespace } from './expect-namespace.js';
import { conflict, unknown } from './refused-error.js';
import { statusOf } from './status-of.js';
import { Turns } from './turns.js';

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

/** Why a call was not answered. */
export type WhyNot = Exclude<NoInstance, { kind: 'at-zero' }> | 'unknown';

/** What there is of a function besides what is known of it. */
interface DeployedFunction {
  readonly address: FunctionAddress;
  readonly instances: FunctionInstances;
  readonly calls: CallMeter;
}

/**
 * Deploys, scales and removes functions, and keeps them running. A change is checked, then written to disk, then
 * answered for; the instances follow by themselves. Changes of one function happen one after the other.
 */
export class FunctionProvider {
  readonly #functions = new Map<string, DeployedFunction>();
  readonly #turns = new Turns();
  readonly #startLimit = new StartLimit();

  constructor(private readonly options: FunctionProviderOptions) {}

  /** Starts what was deployed before. */
  start(): void {
    for (const stored of this.all()) this.#follow(stored);
  }

  list(namespace: string): readonly FunctionStatus[] {
    expectNamespace(this.options.state, namespace);
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
    return (await this.#functions.get(fullName(address))?.instances.usage()) ?? { cpuMilli: 0, memoryBytes: 0 };
  }

  /**
   * Deploys a function, in the place of one of its name.
   * @throws InvalidRequestError naming each field that cannot be followed
   * @throws RefusedError 404 when `onlyIfKnown` and there is none
   */
  async deploy(deployment: Deployment, { onlyIfKnown = false } = {}): Promise<void> {
    const address = { name: deployment.service, namespace: deployment.namespace };
    await this.#turns.take(fullName(address), async () => {
      const { state } = this.options;
      const before = state.function(address);
      const { min, max } = scalePolicy(deployment.labels);
      // A number set by hand outlives an update, unless a label says that it is too many.
      const most = deployment.labels['com.openfaas.scale.max'] === undefined ? mostReplicas : max;
      const replicas = before ? Math.min(Math.max(before.replicas, min), most) : min;
      checkDeployment(deployment, replicas, { state, runtime: this.#runtimeOf(deployment) });
      if (!before && onlyIfKnown) throw unknown(`Function "${fullName(address)}"`);
      await this.#put({
        deployment,
        replicas,
        revision: randomUUID(),
        createdAt: before?.createdAt ?? new Date().toISOString(),
      });
      this.options.log.info({ function: fullName(address), replicas }, before ? 'Updated' : 'Deployed');
    });
  }

  /**
   * @param from does so only while that is how many there should be: for who has seen it, and decided by it
   * @throws RefusedError 409 when it is another number by now
   */
  async scale(address: FunctionAddress, replicas: number, { from }: { readonly from?: number } = {}): Promise<void> {
    await this.#turns.take(fullName(address), async () => {
      const stored = this.#expect(address);
      if (from !== undefined && stored.replicas !== from) throw conflict(`There should be ${stored.replicas} by now.`);
      if (replicas > mostReplicas) throw faulty([{ path: ['replicas'], message: `expected at most ${mostReplicas}` }]);
      const runtime = this.#runtimeOf(stored.deployment);
      const faults = runtime.faultsOf(stored.deployment, replicas);
      if (faults.length > 0) throw faulty(faults);
      if (replicas !== stored.replicas) await this.#put({ ...stored, replicas });
    });
  }

  async remove(address: FunctionAddress): Promise<void> {
    await this.#turns.take(fullName(address), async () => {
      this.#expect(address);
      await this.options.state.removeFunction(address);
      await this.#forget(address);
      this.options.log.info({ function: fullName(address) }, 'Removed');
    });
  }

  /** Ends the instances of functions that are no more, their namespace having gone. */
  async forgetRemoved(): Promise<void> {
    const gone = [...this.#functions.values()].filter(({ address }) => !this.options.state.function(address));
    await Promise.all(gone.map(({ address }) => this.#forget(address)));
  }

  /** Hands a call to one of a function's instances, bringing it up from zero. @returns why not; undefined once it is answered */
  async answer(address: FunctionAddress, call: UntimedCall, signal: AbortSignal): Promise<WhyNot | undefined> {
    const fn = this.#functions.get(fullName(address));
    if (!fn) return 'unknown';
    // From here on: who waits for an instance keeps the function from going back to zero.
    const done = fn.calls.started();
    try {
      for (;;) {
        const none = await fn.instances.answer(call, startTimeoutMs, signal);
        if (none?.kind !== 'at-zero') return none;
        await this.#wake(address);
      }
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
      const fn = this.#functions.get(fullName(address));
      if (runtime.name === 'upstream' || !fn) continue;
      const most: Record<string, string> =
        runtime.faultsOf(deployment, 2).length > 0 ? { 'com.openfaas.scale.max': '1' } : {};
      yield { ...address, replicas, labels: { ...deployment.labels, ...most }, calls: fn.calls };
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#functions.values()].map(({ instances }) => instances.stop('the provider stops')));
    await this.options.runtimes.close();
  }

  async #forget(address: FunctionAddress): Promise<void> {
    const { log, logs } = this.options;
    const removed = this.#functions.get(fullName(address));
    this.#functions.delete(fullName(address));
    const tell = (error: unknown): void =>
      log.error({ error, function: fullName(address) }, 'Could not remove in order');
    // Who removes a function does not wait for the calls that it still answers.
    void removed?.instances.stop().catch(tell);
    await logs.remove(address).catch(tell);
  }

  async #wake(address: FunctionAddress): Promise<void> {
    await this.#turns.take(fullName(address), async () => {
      const stored = this.options.state.function(address);
      if (!stored || stored.replicas > 0) return;
      await this.#put({ ...stored, replicas: Math.max(1, scalePolicy(stored.deployment.labels).min) });
      this.options.log.info({ function: fullName(address), from: 0 }, 'Woken by a call');
    });
  }

  async #put(stored: StoredFunction): Promise<void> {
    const { state } = this.options;
    await state.putFunction(stored);
    // Its namespace may have gone meanwhile, and the function with it.
    if (state.function(addressOf(stored)) !== stored) expectNamespace(state, stored.deployment.namespace);
    this.#follow(stored);
  }

  #follow(stored: StoredFunction): void {
    const address = addressOf(stored);
    const wanted: Wanted = { stored, runtime: this.#runtimeOf(stored.deployment) };
    const known = this.#functions.get(fullName(address));
    if (known) return known.instances.want(wanted);
    const { log, logs, state, timeoutMs } = this.options;
    const instances = new FunctionInstances(wanted, {
      secretsOf: ({ deployment: { secrets, namespace } }) =>
        new Map(secrets.map((name) => [name, state.secretPath({ name, namespace })])),
      // What is still to end of a function that was removed is no part of the next one of its name.
      writeLog: (instance, text) => {
        if (this.#functions.get(fullName(address)) === fn) logs.write(address, instance, text);
      },
      whenThereIsRoom: (start) => this.#startLimit.take(start),
      timeoutMs,
      log: log.child({ function: fullName(address) }),
    });
    const fn: DeployedFunction = { address, instances, calls: new CallMeter() };
    this.#functions.set(fullName(address), fn);
  }

  #runtimeOf({ annotations }: Deployment) {
    return this.options.runtimes.get(runtimeAskedFor(annotations));
  }

  #statusOf(stored: StoredFunction): FunctionStatus {
    return statusOf(stored, this.#functions.get(fullName(addressOf(stored)))?.instances.available ?? 0);
  }

  #expect(address: FunctionAddress): StoredFunction {
    const stored = this.options.state.function(address);
    if (!stored) throw unknown(`Function "${fullName(address)}"`);
    return stored;
  }
}
