import { ifThere, listContainers, statusOf, type Engine } from './engine.js';
import { filtersOfProvider, labelsOfProvider } from '../ownership/ownership-labels.js';

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

/** Removes the networks that a provider made and nobody is on. */
export async function removeUnusedNetworks(engine: Engine, providerId: string): Promise<void> {
  const networks = await engine.listNetworks({ filters: filtersOfProvider(providerId) });
  for (const { Name } of networks) {
    // Podman removes a network that is in use, and cuts its users off.
    if ((await listContainers(engine, { network: [Name] })).length > 0) continue;
    await ifThere(engine.getNetwork(Name).remove()).catch((error: unknown) => {
      // Taken into use since we looked.
      if (![403, 409].includes(statusOf(error) ?? 0)) throw error;
    });
  }
}
