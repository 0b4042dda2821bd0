import { fullName } from '@later/job-schema';
import type { Secret, SecretReference } from '@later/function-schema';

import type { ProviderState } from '../state/provider-state.js';
import { ConflictError, NotFoundError } from './change-errors.js';
import { KeyedMutex } from './keyed-mutex.js';
import { requireNamespace } from './require-namespace.js';

/** Creates, updates and removes secrets. Only functions can read the value of a secret; the API never returns it. */
export class SecretStore {
  readonly #mutex = new KeyedMutex();

  constructor(private readonly state: ProviderState) {}

  list(namespace: string): readonly SecretReference[] {
    requireNamespace(this.state, namespace);
    return this.state.secrets(namespace).map((name) => ({ name, namespace }));
  }

  /** @throws ConflictError when a secret of this name exists */
  async create(secret: Secret): Promise<void> {
    await this.#mutex.run(fullName(secret), async () => {
      requireNamespace(this.state, secret.namespace);
      if (this.state.hasSecret(secret)) {
        throw new ConflictError(`Secret "${secret.name}" exists in namespace ${secret.namespace}. Update it with PUT.`);
      }
      await this.state.putSecret(secret, secret.bytes);
    });
  }

  /**
   * Functions that run see the new value in their secret file.
   * @throws NotFoundError when no secret has this name
   */
  async update(secret: Secret): Promise<void> {
    await this.#mutex.run(fullName(secret), async () => {
      this.#require(secret);
      await this.state.putSecret(secret, secret.bytes);
    });
  }

  /** @throws ConflictError while a function uses the secret; NotFoundError when no secret has this name */
  async remove(reference: SecretReference): Promise<void> {
    await this.#mutex.run(fullName(reference), async () => {
      this.#require(reference);
      const users = this.state.usersOfSecret(reference);
      if (users.length > 0) {
        throw new ConflictError(
          `Secret "${reference.name}" is used by ${users.join(', ')}. Remove or update these first.`,
        );
      }
      await this.state.removeSecret(reference);
    });
  }

  #require(reference: SecretReference): void {
    if (!this.state.hasSecret(reference)) throw new NotFoundError(`Secret "${fullName(reference)}"`);
  }
}
