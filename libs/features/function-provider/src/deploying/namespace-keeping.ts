import { defaultNamespace } from '@later/job-schema';
import { type Namespace } from '@later/function-schema';

import type { ProviderState } from '../state/provider-state.js';
import type { FunctionProvider } from './function-provider.js';
import { conflict, unknown } from './refused-error.js';
import { Turns } from './turns.js';

/** Keeps the namespaces that functions and secrets live in. */
export class NamespaceKeeping {
  readonly #turns = new Turns();

  constructor(
    private readonly state: ProviderState,
    private readonly functions: Pick<FunctionProvider, 'forgetRemoved'>,
  ) {}

  names(): readonly string[] {
    return this.state.namespaces().map(({ name }) => name);
  }

  read(name: string): Namespace {
    const found = this.state.namespace(name);
    if (!found) throw unknown(`Namespace "${name}"`);
    return found;
  }

  /** @throws RefusedError 409 when there is one of this name */
  async create(namespace: Namespace): Promise<void> {
    await this.#turns.take(namespace.name, async () => {
      if (this.state.namespace(namespace.name)) throw conflict(`Namespace "${namespace.name}" exists.`);
      await this.state.putNamespace(namespace);
    });
  }

  async update(namespace: Namespace): Promise<void> {
    await this.#turns.take(namespace.name, async () => {
      this.read(namespace.name);
      await this.state.putNamespace(namespace);
    });
  }

  /** With its functions and secrets. The default one stays. */
  async remove(name: string): Promise<void> {
    await this.#turns.take(name, async () => {
      this.read(name);
      if (name === defaultNamespace) throw conflict(`Namespace "${name}" is where functions live that name none.`);
      try {
        await this.state.removeNamespace(name);
      } finally {
        await this.functions.forgetRemoved();
      }
    });
  }
}
