import type { InstanceCall, InstanceUsage } from '@later/runtime-contract';
import type { ProcessInstance } from '../process-instance.js';
import { ProcessUsageMeter } from '../process-usage-meter.js';
import type { LaunchedProcess } from '../sandbox/sandbox.js';
import { runCall, type ForkingFunction } from './run-call.js';

/** An instance that starts one process for each call and runs nothing between calls. */
export class ForkingInstance implements ProcessInstance {
  readonly ended = new Promise<string>(() => undefined);
  readonly #terminated = Promise.withResolvers<void>();
  readonly terminated = this.#terminated.promise;
  readonly #stopped = new AbortController();
  readonly #calls = new Set<Promise<void>>();
  readonly #running = new Set<LaunchedProcess>();
  readonly #meter = new ProcessUsageMeter();

  constructor(
    readonly id: string,
    private readonly fn: ForkingFunction,
  ) {}

  async answer(call: InstanceCall): Promise<void> {
    const answered = this.#run(call);
    this.#calls.add(answered);
    await answered.finally(() => this.#calls.delete(answered));
  }

  /** Counts only the calls that run now: a call that ended since the last measurement is missing. */
  usage(): Promise<InstanceUsage> {
    return this.#meter.measure([...this.#running]);
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('The instance was stopped'));
    await Promise.allSettled(this.#calls);
    this.#terminated.resolve();
  }

  async #run(call: InstanceCall): Promise<void> {
    let launched: LaunchedProcess | undefined;
    await runCall(this.fn, call, this.#stopped.signal, (each) => this.#running.add((launched = each)));
    if (launched) this.#running.delete(launched);
  }
}
