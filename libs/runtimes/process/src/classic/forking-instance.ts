import type { InstanceCall, InstanceUsage } from '@later/runtime-contract';
import type { ProcessInstance } from '../process-instance.js';
import type { Launched } from '../sandbox/sandbox.js';
import { UsageMeter } from '../usage-meter.js';
import { runCall, type ForkingFunction } from './run-call.js';

/** An instance that is nothing between its calls: each has a process of its own. */
export class ForkingInstance implements ProcessInstance {
  readonly ended = new Promise<string>(() => undefined);
  readonly #gone = Promise.withResolvers<void>();
  readonly gone = this.#gone.promise;
  readonly #stopped = new AbortController();
  readonly #calls = new Set<Promise<void>>();
  readonly #running = new Set<Launched>();
  readonly #meter = new UsageMeter();

  constructor(
    readonly id: string,
    private readonly fn: ForkingFunction,
  ) {}

  async answer(call: InstanceCall): Promise<void> {
    const answered = this.#run(call);
    this.#calls.add(answered);
    await answered.finally(() => this.#calls.delete(answered));
  }

  /** Of the calls that run at this moment; what one took that is over by now is not told. */
  usage(): Promise<InstanceUsage> {
    return this.#meter.measure([...this.#running]);
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('The instance was stopped'));
    await Promise.allSettled(this.#calls);
    this.#gone.resolve();
  }

  async #run(call: InstanceCall): Promise<void> {
    let launched: Launched | undefined;
    await runCall(this.fn, call, this.#stopped.signal, (each) => this.#running.add((launched = each)));
    if (launched) this.#running.delete(launched);
  }
}
