import type { Secret, SecretReference } from '@later/function-schema';

import type { ProviderState } from '../state/provider-state.js';
import { expectNamespace } from './expect-namespace.js';
import { conflict, unknown } from './refused-error.js';
import { Turns } from './turns.js';

/** Keeps the secrets that functions name. Their values go in and never come out, but to functions. */
export class SecretKeeping {
  readonly #turns = new Turns();

  constructor(private readonly state: ProviderState) {}

  list(namespace: string): readonly SecretReference[] {
    expectNamespace(this.state, namespace);
    return this.state.secrets(namespace).map((name) => ({ name, namespace }));
  }

  /** @throws RefusedError 409 when there is one of this name */
  async create(secret: Secret): Promise<void> {
    await this.#inTurn(secret, async () => {
      expectNamespace(this.state, secret.namespace);
      if (this.state.hasSecret(secret)) {
        throw conflict(`Secret "${secret.name}" exists in namespace ${secret.namespace}. Update it with PUT.`);
      }
      await this.state.putSecret(secret, secret.bytes);
    });
  }

  /** Functions see the new value in their file. */
  async update(secret: Secret): Promise<void> {
    await this.#inTurn(secret, async () => {
      this.#expect(secret);
      await this.state.putSecret(secret, secret.bytes);
    });
  }

  /** @throws RefusedError 409 while a function names it */
  async remove(reference: SecretReference): Promise<void> {
    await this.#inTurn(reference, async () => {
      this.#expect(reference);
      const users = this.state.usersOfSecret(reference);
      if (users.length > 0) {
        throw conflict(`Secret "${reference.name}" is used by ${users.join(', ')}. Remove or update these first.`);
      }
      await this.state.removeSecret(reference);
    });
  }

  #expect(reference: SecretReference): void {
    if (!this.state.hasSecret(reference)) throw unknown(`Secret "${reference.name}.${reference.namespace}"`);
  }

  #inTurn({ name, namespace }: SecretReference, work: () => Promise<void>): Promise<void> {
    return this.#turns.take(`${name}.${namespace}`, work);
  }
}
