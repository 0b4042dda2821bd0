import { ifThere, listContainers, statusOf, type Engine } from './engine.js';
import { labelsOfProvider, ownershipLabels } from './ownership.js';

/** Docker's bridge then keeps containers from reaching each other; other engines take it and may do nothing. */
const apart = { 'com.docker.network.bridge.enable_icc': 'false' };

/** The network that the functions' containers are on. */
export class FunctionsNetwork {
  #providing: Promise<void> | undefined;

  constructor(
    private readonly engine: Engine,
    readonly name: string,
    private readonly providerId: string,
  ) {}

  /** Sees to it that the network exists; one that somebody else made is taken as it is. */
  provision(): Promise<void> {
    this.#providing ??= this.#createIfMissing().finally(() => (this.#providing = undefined));
    return this.#providing;
  }

  /** @throws when the network does not exist: the provider could not reach a container on one of our making */
  async requireThere(): Promise<void> {
    if (await this.#look()) return;
    throw new Error(
      `network ${this.name} is not on the engine. Create it, and put the provider's own container on it: ` +
        'CONTAINER_REACH=network needs both.',
    );
  }

  /** Removes the network if it is ours and nobody is on it. */
  async removeIfUnused(): Promise<void> {
    const found = await this.#look();
    if (found?.Labels?.[ownershipLabels.provider] !== this.providerId) return;
    const users = await listContainers(this.engine, { network: [this.name] });
    if (users.length > 0) return;
    await this.engine
      .getNetwork(this.name)
      .remove()
      .catch((error: unknown) => {
        // Gone by itself, or taken into use since we looked.
        if (![403, 404, 409].includes(statusOf(error) ?? 0)) throw error;
      });
  }

  #look() {
    return ifThere(this.engine.getNetwork(this.name).inspect());
  }

  async #createIfMissing(): Promise<void> {
    if (await this.#look()) return;
    const Labels = labelsOfProvider(this.providerId);
    const wanted = { Name: this.name, Driver: 'bridge', CheckDuplicate: true, Labels };
    try {
      await this.engine.createNetwork({ ...wanted, Options: apart });
    } catch (error) {
      // Made by somebody else in this moment, or by an engine that refuses options it does not know.
      if (await this.#look()) return;
      await this.engine.createNetwork(wanted).catch(() => {
        throw error;
      });
    }
  }
}
