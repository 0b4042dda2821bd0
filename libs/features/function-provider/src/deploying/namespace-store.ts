import { defaultNamespace } from '@later/job-schema';
import { type Namespace } from '@later/function-schema';

import type { ProviderState } from '../state/provider-state.js';
import { ConflictError, NotFoundError } from './change-errors.js';
import type { FunctionProvider } from './function-provider.js';
import { KeyedMutex } from './keyed-mutex.js';

/** Creates, updates and removes the namespaces of functions and secrets. */
export class NamespaceStore {
  readonly #mutex = new KeyedMutex();

  constructor(
    private readonly state: ProviderState,
    private readonly functions: Pick<FunctionProvider, 'stopRemoved'>,
  ) {}

  names(): readonly string[] {
    return this.state.namespaces().map(({ name }) => name);
  }

  /** @throws NotFoundError when no namespace has this name */
  read(name: string): Namespace {
    const found = this.state.namespace(name);
    if (!found) throw new NotFoundError(`Namespace "${name}"`);
    return found;
  }

  /** @throws ConflictError when a namespace of this name exists */
  async create(namespace: Namespace): Promise<void> {
    await this.#mutex.run(namespace.name, async () => {
      if (this.state.namespace(namespace.name)) throw new ConflictError(`Namespace "${namespace.name}" exists.`);
      await this.state.putNamespace(namespace);
    });
  }

  /** @throws NotFoundError when no namespace has this name */
  async update(namespace: Namespace): Promise<void> {
    await this.#mutex.run(namespace.name, async () => {
      this.read(namespace.name);
      await this.state.putNamespace(namespace);
    });
  }

  /**
   * Removes a namespace with its functions and secrets.
   * @throws ConflictError for the default namespace; NotFoundError when no namespace has this name
   */
  async remove(name: string): Promise<void> {
    await this.#mutex.run(name, async () => {
      this.read(name);
      if (name === defaultNamespace) {
        throw new ConflictError(`Namespace "${name}" is the default one and cannot be removed.`);
      }
      try {
        await this.state.removeNamespace(name);
      } finally {
        await this.functions.stopRemoved();
      }
    });
  }
}
