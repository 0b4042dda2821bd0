import { filtersOfProvider, labelsOfProvider } from '../ownership/ownership-labels.js';
import { ignoreMissing, listContainers } from './engine-requests.js';
import { engineStatusOf, type Engine } from './engine.js';

/** Keeps containers from reaching each other on Docker's bridge; other engines may ignore the option. */
const isolation = { 'com.docker.network.bridge.enable_icc': 'false' };

/** The network that connects the functions' containers to the provider. */
export class FunctionsNetwork {
  #provisioning: Promise<void> | undefined;

  constructor(
    private readonly engine: Engine,
    readonly name: string,
    private readonly providerId: string,
  ) {}

  /** Creates the network unless a network of this name exists. */
  provision(): Promise<void> {
    this.#provisioning ??= this.#createIfMissing().finally(() => (this.#provisioning = undefined));
    return this.#provisioning;
  }

  /** @throws when the network does not exist: the provider is not on a network that it creates now */
  async requireExisting(): Promise<void> {
    if (await this.#inspect()) return;
    throw new Error(
      `network ${this.name} is not on the engine. Create it, and put the provider's own container on it: ` +
        'CONTAINER_REACH=network needs both.',
    );
  }

  #inspect() {
    return ignoreMissing(this.engine.getNetwork(this.name).inspect());
  }

  async #createIfMissing(): Promise<void> {
    if (await this.#inspect()) return;
    const Labels = labelsOfProvider(this.providerId);
    const settings = { Name: this.name, Driver: 'bridge', CheckDuplicate: true, Labels };
    try {
      await this.engine.createNetwork({ ...settings, Options: isolation });
    } catch (error) {
      // Another process created the network meanwhile, or the engine refuses the option.
      if (await this.#inspect()) return;
      await this.engine.createNetwork(settings).catch(() => {
        throw error;
      });
    }
  }
}

/** Removes the networks that a provider created and no container uses. */
export async function removeUnusedNetworks(engine: Engine, providerId: string): Promise<void> {
  const networks = await engine.listNetworks({ filters: filtersOfProvider(providerId) });
  for (const { Name } of networks) {
    // Podman removes a network that is in use, and disconnects its containers.
    if ((await listContainers(engine, { network: [Name] })).length > 0) continue;
    await ignoreMissing(engine.getNetwork(Name).remove()).catch((error: unknown) => {
      // A container was connected since the list was read.
      if (![403, 409].includes(engineStatusOf(error) ?? 0)) throw error;
    });
  }
}
