import type { Fault } from '@later/function-schema';

import type { Instance, InstanceCall, InstanceSpec, InstanceUsage, Runtime } from '@later/runtime-contract';

/** An instance that a test controls. */
export class ScriptedInstance implements Instance {
  readonly id: string;
  stopped = false;
  readonly calls: InstanceCall[] = [];
  readonly #ended = Promise.withResolvers<string>();
  readonly #answers: (() => void)[] = [];

  constructor(
    readonly spec: InstanceSpec,
    private readonly stop$: () => Promise<void>,
  ) {
    this.id = spec.id;
  }

  get ended(): Promise<string> {
    return this.#ended.promise;
  }

  end(reason: string): void {
    this.#ended.resolve(reason);
  }

  async answer(call: InstanceCall): Promise<void> {
    this.calls.push(call);
    await new Promise<void>((resolve) => this.#answers.push(resolve));
  }

  answerAll(): void {
    for (const answer of this.#answers.splice(0)) answer();
  }

  async usage(): Promise<InstanceUsage> {
    return { cpuMilli: 10, memoryBytes: 100 };
  }

  async stop(): Promise<void> {
    await this.stop$();
    this.stopped = true;
  }
}

/** A runtime that a test controls; it remembers every instance it started. */
export class ScriptedRuntime implements Runtime {
  runsElsewhere = false;
  most = Infinity;
  readonly started: ScriptedInstance[] = [];
  /** The next starts wait for this promise; they fail when it rejects. */
  start$: (spec: InstanceSpec) => Promise<void> = async () => undefined;
  /** Stopping an instance waits for this promise. */
  stop$: () => Promise<void> = async () => undefined;

  faultsOf(): readonly Fault[] {
    return [];
  }

  mostReplicas(): number {
    return this.most;
  }

  async start(spec: InstanceSpec, signal: AbortSignal): Promise<Instance> {
    await this.start$(spec);
    signal.throwIfAborted();
    const instance = new ScriptedInstance(spec, () => this.stop$());
    this.started.push(instance);
    return instance;
  }

  get running(): readonly ScriptedInstance[] {
    return this.started.filter(({ stopped }) => !stopped);
  }

  async sweep(): Promise<void> {}
  async close(): Promise<void> {}
}
