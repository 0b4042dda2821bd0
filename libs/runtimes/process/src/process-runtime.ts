import { mkdir, realpath } from 'node:fs/promises';

import type { Deployment, Fault } from '@later/function-schema';
import type { Logger } from '@later/service-kit';
import type { Instance, InstanceSpec, Runtime } from '@later/runtime-contract';
import { LogBudget } from '@later/function-logs';

import { baseEnvironment } from './base-environment.js';
import { ForkingInstance } from './forking/forking-instance.js';
import type { ImageCatalogue } from './image-catalogue.js';
import type { ProcessInstance } from './process-instance.js';
import { checkReplicas, mostReplicas, planRun } from './run-plan.js';
import { findSandbox, processGroups } from './sandbox/find-sandbox.js';
import { killMarked, sharedMarkOf } from './sandbox/process-mark.js';
import type { Sandbox } from './sandbox/sandbox.js';
import { startServer } from './server/start-server.js';

export interface ProcessRuntimeOptions {
  /** This runtime creates `process/` below it, and writes nothing elsewhere. */
  readonly dataDir: string;
  readonly images: ImageCatalogue;
  /** The provider's own environment: a function sees its `PATH`, `HOME`, `LANG`, `TZ` and `TMPDIR`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The longest answer of a function in classic mode. */
  readonly maxOutputBytes?: number;
  /** How long a server that received SIGTERM may take to end before it is killed. */
  readonly graceMs?: number;
  /** The provider's own log. */
  readonly log: Pick<Logger, 'info'>;
  /** `process groups` refuses namespaces even where the machine allows them: for tests. */
  readonly sandbox?: 'best' | 'process groups';
}

const defaultMaxOutputBytes = 10 * 1024 ** 2;
const defaultGraceMs = 2_000;

/** Runs functions as processes of this machine, with the semantics of OpenFaaS's watchdog. */
export function processRuntime(options: ProcessRuntimeOptions): Runtime {
  return new ProcessRuntime(options);
}

class ProcessRuntime implements Runtime {
  readonly runsElsewhere = false;
  readonly #instances = new Set<ProcessInstance>();
  readonly #starting = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  #opened: Promise<{ dataDir: string; sandbox: Sandbox }> | undefined;

  constructor(private readonly options: ProcessRuntimeOptions) {}

  faultsOf(deployment: Deployment, replicas: number): readonly Fault[] {
    const { plan, faults } = planRun(deployment, this.options.images);
    return [...faults, ...checkReplicas(plan, replicas)];
  }

  mostReplicas(deployment: Deployment): number {
    return mostReplicas(planRun(deployment, this.options.images).plan);
  }

  async start(spec: InstanceSpec, signal: AbortSignal): Promise<Instance> {
    const starting = this.#start(spec, AbortSignal.any([signal, this.#closing.signal]));
    this.#starting.add(starting);
    try {
      const instance = await starting;
      this.#instances.add(instance);
      void instance.terminated.then(() => this.#instances.delete(instance));
      return instance;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async #start({ id, deployment, secrets, log }: InstanceSpec, signal: AbortSignal): Promise<ProcessInstance> {
    signal.throwIfAborted();
    const { plan, faults } = planRun(deployment, this.options.images);
    if (faults.length > 0)
      throw new Error(faults.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    const { sandbox } = await this.#open();
    const launch = await sandbox.prepare(secrets);
    signal.throwIfAborted();
    const env = { ...baseEnvironment(this.options.environment), ...plan.envVars };
    const shared = { ...plan, env, launch, log, budget: new LogBudget() };
    const { maxOutputBytes = defaultMaxOutputBytes, graceMs = defaultGraceMs } = this.options;
    if (plan.mode === 'http') return startServer(id, { ...shared, graceMs }, signal);
    return new ForkingInstance(id, { ...shared, maxOutputBytes, streaming: plan.mode === 'streaming' });
  }

  async sweep(): Promise<void> {
    const { dataDir } = await this.#open();
    await killMarked(sharedMarkOf(dataDir));
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('The provider is closing'));
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
  }

  #open(): Promise<{ dataDir: string; sandbox: Sandbox }> {
    return (this.#opened ??= this.#findSandbox());
  }

  async #findSandbox(): Promise<{ dataDir: string; sandbox: Sandbox }> {
    await mkdir(this.options.dataDir, { recursive: true });
    const dataDir = await realpath(this.options.dataDir);
    const { PATH } = baseEnvironment(this.options.environment);
    const onlyGroups = this.options.sandbox === 'process groups';
    const sandbox = onlyGroups ? processGroups(dataDir) : await findSandbox(dataDir, PATH);
    this.options.log.info(`Functions run in ${sandbox.name}`);
    return { dataDir, sandbox };
  }
}
