import { runtimeAskedFor, type Deployment, type RuntimeName } from '@later/function-schema';
import type { Runtime } from '@later/runtime-contract';

import { sweepBeforeStart } from './sweep-before-start.js';

/** Creates each runtime. A runtime is created on first use, so an unused one needs nothing installed. */
export type RuntimeTable = { readonly [Name in RuntimeName]: () => Runtime };

/** The runtimes of one provider. */
export class Runtimes {
  readonly #created = new Map<RuntimeName, Runtime>();

  constructor(
    private readonly table: RuntimeTable,
    private readonly defaultName: RuntimeName,
  ) {}

  /** The runtime that a deployment's annotations name, or the provider's default. */
  forDeployment({ annotations }: Pick<Deployment, 'annotations'>): Runtime {
    const name = runtimeAskedFor(annotations) ?? this.defaultName;
    const runtime = this.#created.get(name) ?? sweepBeforeStart(this.table[name]());
    this.#created.set(name, runtime);
    return runtime;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#created.values()].map((runtime) => runtime.close()));
  }
}
