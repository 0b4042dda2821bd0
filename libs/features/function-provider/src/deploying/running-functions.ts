import { fullName, type FunctionAddress } from '@later/job-schema';
import type { FunctionLogs } from '@later/function-logs';
import type { Logger } from '@later/service-kit';

import { FunctionInstances } from '../instances/function-instances.js';
import type { FunctionTarget } from '../instances/function-target.js';
import { StartLimit } from '../instances/start-limit.js';
import type { Runtimes } from '../runtimes/runtimes.js';
import { CallMeter } from '../scaling/call-meter.js';
import type { ProviderState } from '../state/provider-state.js';
import { storedAddress, type StoredFunction } from '../state/stored-function.js';

export interface RunningFunctionsOptions {
  readonly state: ProviderState;
  readonly runtimes: Runtimes;
  readonly logs: FunctionLogs;
  readonly log: Logger;
  /** The time limit of a call when its function sets no `exec_timeout`, in ms. */
  readonly timeoutMs: number;
}

/** The part of a deployed function that exists in memory only. */
export interface RunningFunction {
  readonly address: FunctionAddress;
  readonly instances: FunctionInstances;
  readonly calls: CallMeter;
}

/** The instances of every deployed function: they follow what the state says about their function. */
export class RunningFunctions {
  readonly #functions = new Map<string, RunningFunction>();
  readonly #startLimit = new StartLimit();

  constructor(private readonly options: RunningFunctionsOptions) {}

  get(address: FunctionAddress): RunningFunction | undefined {
    return this.#functions.get(fullName(address));
  }

  /** Brings the instances of a function to its stored deployment and number. */
  update(stored: StoredFunction): void {
    const target = { stored, runtime: this.options.runtimes.forDeployment(stored.deployment) };
    const running = this.get(storedAddress(stored));
    if (running) running.instances.setTarget(target);
    else this.#add(target);
  }

  /** Stops and forgets a function, and removes its log; does not wait for the calls that are still answered. */
  async remove(address: FunctionAddress): Promise<void> {
    const { log, logs } = this.options;
    const removed = this.get(address);
    this.#functions.delete(fullName(address));
    const logError = (error: unknown): void =>
      log.error({ error, function: fullName(address) }, 'Could not clean up after a removed function');
    void removed?.instances.stop().catch(logError);
    await logs.remove(address).catch(logError);
  }

  /** Removes every function that is no longer in the state, as after the removal of its namespace. */
  async removeDeleted(): Promise<void> {
    const deleted = [...this.#functions.values()].filter(({ address }) => !this.options.state.function(address));
    await Promise.all(deleted.map(({ address }) => this.remove(address)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#functions.values()].map(({ instances }) => instances.stop('the provider stops')));
  }

  #add(target: FunctionTarget): void {
    const address = storedAddress(target.stored);
    const { log, logs, state, timeoutMs } = this.options;
    const instances = new FunctionInstances(target, {
      secretPaths: ({ deployment: { secrets, namespace } }) =>
        new Map(secrets.map((name) => [name, state.secretPath({ name, namespace })])),
      // Instances of a removed function may print until they end: their lines do not belong in the log of a new function
      // of the same name.
      writeLog: (instance, text) => {
        if (this.get(address) === running) logs.write(address, instance, text);
      },
      limitStart: (start) => this.#startLimit.run(start),
      timeoutMs,
      log: log.child({ function: fullName(address) }),
    });
    const running: RunningFunction = { address, instances, calls: new CallMeter() };
    this.#functions.set(fullName(address), running);
  }
}
