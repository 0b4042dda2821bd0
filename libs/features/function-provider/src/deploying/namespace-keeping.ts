import { InvalidRequestError } from '@later/http-kit';
import { defaultNamespace, type Namespace } from '@later/job-schema';

import type { ProviderState } from '../state/provider-state.js';
import type { FunctionProvider } from './function-provider.js';
import { conflict, unknown } from './refused-error.js';

/** Keeps the namespaces that functions and secrets live in. */
export class NamespaceKeeping {
  constructor(
    private readonly state: ProviderState,
    private readonly functions: Pick<FunctionProvider, 'remove'>,
  ) {}

  names(): readonly string[] {
    return this.state.namespaces().map(({ name }) => name);
  }

  read(name: string): Namespace {
    const found = this.state.namespace(name);
    if (!found) throw unknown(`Namespace "${name}"`);
    return found;
  }

  /** @throws InvalidRequestError naming the field when what is in a request names none that exists */
  expect(name: string): void {
    if (!this.state.namespace(name)) {
      const remedy = `Create it with POST /system/namespace/${name}`;
      throw new InvalidRequestError([`namespace: there is no namespace "${name}". ${remedy}`]);
    }
  }

  /** @throws RefusedError 409 when there is one of this name */
  async create(namespace: Namespace): Promise<void> {
    if (this.state.namespace(namespace.name)) throw conflict(`Namespace "${namespace.name}" exists.`);
    await this.state.putNamespace(namespace);
  }

  async update(namespace: Namespace): Promise<void> {
    this.read(namespace.name);
    await this.state.putNamespace(namespace);
  }

  /** With its functions and secrets. The default one stays. */
  async remove(name: string): Promise<void> {
    this.read(name);
    if (name === defaultNamespace) throw conflict(`Namespace "${name}" is where functions live that name none.`);
    for (const { deployment } of this.state.functions(name)) {
      await this.functions.remove({ name: deployment.service, namespace: name });
    }
    await this.state.removeNamespace(name);
  }
}
