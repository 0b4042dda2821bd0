import type { RuntimeName } from '@later/function-schema';
import type { Runtime } from '@later/runtime-contract';

import { sweptFirst } from './swept-first.js';

/** How each runtime is made; none is before it is asked for, so that one that is not used needs nothing installed. */
export type RuntimeTable = { readonly [Name in RuntimeName]: () => Runtime };

/** The runtimes of one provider. */
export class Runtimes {
  readonly #made = new Map<RuntimeName, Runtime>();

  constructor(
    private readonly table: RuntimeTable,
    private readonly byDefault: RuntimeName,
  ) {}

  /** The one that is asked for, or the provider's own choice. */
  get(name: RuntimeName = this.byDefault): Runtime {
    const made = this.#made.get(name) ?? sweptFirst(this.table[name]());
    this.#made.set(name, made);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#made.values()].map((runtime) => runtime.close()));
  }
}
