import { randomUUID } from 'node:crypto';

import { fullName, type FunctionAddress } from '@later/job-schema';
import { replicaLimit, scalePolicy, type Deployment, type FunctionStatus } from '@later/function-schema';
import type { InstanceUsage } from '@later/runtime-contract';

import type { CallWithoutTimeout, DispatchFailure } from '../instances/dispatch.js';
import type { ScalableFunction } from '../scaling/autoscaler.js';
import { storedAddress, type StoredFunction } from '../state/stored-function.js';
import { ConflictError, NotFoundError } from './change-errors.js';
import { checkDeployment, invalidRequest } from './check-deployment.js';
import { describeFunction } from './describe-function.js';
import { KeyedMutex } from './keyed-mutex.js';
import { requireNamespace } from './require-namespace.js';
import { RunningFunctions, type RunningFunctionsOptions } from './running-functions.js';

/** How long a call waits for an instance when none is ready. */
const startTimeoutMs = 30_000;

/** Why a call was not answered by the function. */
export type CallFailure = Exclude<DispatchFailure, { kind: 'at-zero' }> | 'unknown';

/**
 * Deploys, scales and removes functions, and keeps them running.
 *
 *     unknown ──deploy──▶ deployed, N instances ◀──scale, or a call at zero──▶ deployed, no instances
 *        ▲                        │                                                  │
 *        └────────────────────────┴─────────────────── remove ───────────────────────┘
 *
 * The state on disk is the one record of this. A change is checked, written to disk, and then answered; the instances
 * follow afterwards (`FunctionInstances`). Changes to one function run one at a time.
 */
export class FunctionProvider {
  readonly #running: RunningFunctions;
  readonly #mutex = new KeyedMutex();

  constructor(private readonly options: RunningFunctionsOptions) {
    this.#running = new RunningFunctions(options);
  }

  /** Starts every function that an earlier provider deployed. */
  start(): void {
    for (const stored of this.all()) this.#running.update(stored);
  }

  list(namespace: string): readonly FunctionStatus[] {
    requireNamespace(this.options.state, namespace);
    return this.options.state.functions(namespace).map((stored) => this.#describe(stored));
  }

  /** Every deployed function of every namespace. */
  *all(): Iterable<StoredFunction> {
    for (const { name } of this.options.state.namespaces()) yield* this.options.state.functions(name);
  }

  /** @throws NotFoundError when the function is not deployed */
  status(address: FunctionAddress): FunctionStatus {
    return this.#describe(this.#require(address));
  }

  async usage(address: FunctionAddress): Promise<InstanceUsage> {
    this.#require(address);
    return (await this.#running.get(address)?.instances.usage()) ?? { cpuMilli: 0, memoryBytes: 0 };
  }

  /**
   * Deploys a function, or replaces the deployment of the same name.
   * @throws InvalidRequestError with a line for each wrong field
   * @throws NotFoundError when `onlyIfKnown` is set and the function is not deployed
   */
  async deploy(deployment: Deployment, { onlyIfKnown = false } = {}): Promise<void> {
    const address = { name: deployment.service, namespace: deployment.namespace };
    await this.#mutex.run(fullName(address), async () => {
      const { state, runtimes } = this.options;
      const before = state.function(address);
      const { min, max } = scalePolicy(deployment.labels);
      // An update keeps a number that was set by hand; only an explicit `max` label lowers it.
      const most = deployment.labels['com.openfaas.scale.max'] === undefined ? replicaLimit : max;
      const replicas = before ? Math.min(Math.max(before.replicas, min), most) : min;
      checkDeployment(deployment, replicas, { state, runtime: runtimes.forDeployment(deployment) });
      if (!before && onlyIfKnown) throw new NotFoundError(`Function "${fullName(address)}"`);
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
   * @param from the number that the caller's decision was based on; the call fails when the number has changed since
   * @throws ConflictError when the number is not `from`
   * @throws NotFoundError when the function is not deployed
   * @throws InvalidRequestError when this many instances cannot run
   */
  async scale(address: FunctionAddress, replicas: number, { from }: { readonly from?: number } = {}): Promise<void> {
    await this.#mutex.run(fullName(address), async () => {
      const stored = this.#require(address);
      if (from !== undefined && stored.replicas !== from) {
        throw new ConflictError(`The function was scaled to ${stored.replicas} in the meantime.`);
      }
      if (replicas > replicaLimit) {
        throw invalidRequest([{ path: ['replicas'], message: `expected at most ${replicaLimit}` }]);
      }
      const faults = this.options.runtimes.forDeployment(stored.deployment).faultsOf(stored.deployment, replicas);
      if (faults.length > 0) throw invalidRequest(faults);
      if (replicas !== stored.replicas) await this.#put({ ...stored, replicas });
    });
  }

  /** @throws NotFoundError when the function is not deployed */
  async remove(address: FunctionAddress): Promise<void> {
    await this.#mutex.run(fullName(address), async () => {
      this.#require(address);
      await this.options.state.removeFunction(address);
      await this.#running.remove(address);
      this.options.log.info({ function: fullName(address) }, 'Removed');
    });
  }

  /** Stops the functions of a namespace that was removed. */
  async stopRemoved(): Promise<void> {
    await this.#running.removeDeleted();
  }

  /**
   * Hands a call to one of the function's instances; a call to a function at zero starts the instances.
   * @returns why the function did not answer; undefined after the call is answered
   */
  async dispatch(
    address: FunctionAddress,
    call: CallWithoutTimeout,
    signal: AbortSignal,
  ): Promise<CallFailure | undefined> {
    const running = this.#running.get(address);
    if (!running) return 'unknown';
    // Counted from here: a call that waits for an instance keeps the function from being scaled to zero.
    const finished = running.calls.started();
    try {
      for (;;) {
        const failure = await running.instances.dispatch(call, startTimeoutMs, signal);
        if (failure?.kind !== 'at-zero') return failure;
        await this.#wake(address);
      }
    } finally {
      finished();
    }
  }

  /** The functions that the autoscaler may scale, with their calls. */
  *scalable(): Iterable<ScalableFunction> {
    for (const stored of this.all()) {
      const { replicas, deployment } = stored;
      const runtime = this.options.runtimes.forDeployment(deployment);
      const running = this.#running.get(storedAddress(stored));
      if (runtime.runsElsewhere || !running) continue;
      const most = runtime.mostReplicas(deployment);
      const limit: Record<string, string> = most < replicaLimit ? { 'com.openfaas.scale.max': String(most) } : {};
      yield {
        ...storedAddress(stored),
        replicas,
        labels: { ...deployment.labels, ...limit },
        calls: running.calls,
      };
    }
  }

  async close(): Promise<void> {
    await this.#running.close();
    await this.options.runtimes.close();
  }

  async #wake(address: FunctionAddress): Promise<void> {
    await this.#mutex.run(fullName(address), async () => {
      const stored = this.options.state.function(address);
      if (!stored || stored.replicas > 0) return;
      await this.#put({ ...stored, replicas: Math.max(1, scalePolicy(stored.deployment.labels).min) });
      this.options.log.info({ function: fullName(address), from: 0 }, 'Woken by a call');
    });
  }

  async #put(stored: StoredFunction): Promise<void> {
    const { state } = this.options;
    await state.putFunction(stored);
    // The namespace, and this function with it, may have been removed during the write.
    if (state.function(storedAddress(stored)) !== stored) requireNamespace(state, stored.deployment.namespace);
    this.#running.update(stored);
  }

  #describe(stored: StoredFunction): FunctionStatus {
    return describeFunction(stored, this.#running.get(storedAddress(stored))?.instances.available ?? 0);
  }

  #require(address: FunctionAddress): StoredFunction {
    const stored = this.options.state.function(address);
    if (!stored) throw new NotFoundError(`Function "${fullName(address)}"`);
    return stored;
  }
}
