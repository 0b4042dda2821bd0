import type { Fault } from '@later/function-schema';

import type { Instance, InstanceCall, InstanceSpec, InstanceUsage, Runtime } from '@later/runtime-contract';

/** An instance whose life a test decides. */
export class ScriptedInstance implements Instance {
  readonly id: string;
  stopped = false;
  readonly calls: InstanceCall[] = [];
  readonly #ended = Promise.withResolvers<string>();
  readonly #answers: (() => void)[] = [];

  constructor(
    readonly spec: InstanceSpec,
    private readonly signal: AbortSignal,
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

  get unwanted(): boolean {
    return this.signal.aborted;
  }

  async usage(): Promise<InstanceUsage> {
    return { cpuMilli: 10, memoryBytes: 100 };
  }

  async stop(): Promise<void> {
    await this.stop$();
    this.stopped = true;
  }
}

/** A runtime that does what a test says; everything that it started is kept. */
export class ScriptedRuntime implements Runtime {
  readonly name = 'process';
  readonly started: ScriptedInstance[] = [];
  /** What the next starts wait for; they fail where it rejects. */
  start$: (spec: InstanceSpec) => Promise<void> = async () => undefined;
  /** What it takes to stop an instance. */
  stop$: () => Promise<void> = async () => undefined;
  faults: (replicas: number) => readonly Fault[] = () => [];

  faultsOf(_deployment: unknown, replicas: number): readonly Fault[] {
    return this.faults(replicas);
  }

  async start(spec: InstanceSpec, signal: AbortSignal): Promise<Instance> {
    await this.start$(spec);
    signal.throwIfAborted();
    const instance = new ScriptedInstance(spec, signal, () => this.stop$());
    this.started.push(instance);
    return instance;
  }

  get running(): readonly ScriptedInstance[] {
    return this.started.filter(({ stopped }) => !stopped);
  }

  async sweep(): Promise<void> {}
  async close(): Promise<void> {}
}
