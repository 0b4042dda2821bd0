import { listContainers, unlessGone, type Engine } from './engine/engine.js';
import { removeUnusedNetworks } from './engine/functions-network.js';
import { filtersOfProvider } from './ownership/ownership-labels.js';
import { removeSecretsVolume } from './secrets/secrets-volume.js';

/** The names of what an instance may have on the engine. */
export interface InstanceNames {
  readonly container: string;
  readonly secretsVolume: string;
}

/** Removes all that an instance has on the engine, running or not, there or not. Does no harm when repeated. */
export async function removeInstance(engine: Engine, { container, secretsVolume }: InstanceNames): Promise<void> {
  // With the volumes that its image declares, which have no names.
  await unlessGone(engine.getContainer(container).remove({ force: true, v: true }));
  await removeSecretsVolume(engine, secretsVolume);
}

/** Removes all that a provider ever made. */
export async function removeAllOf(engine: Engine, providerId: string): Promise<void> {
  const filters = filtersOfProvider(providerId);
  const containers = await listContainers(engine, filters);
  await Promise.all(containers.map(({ Id }) => unlessGone(engine.getContainer(Id).remove({ force: true, v: true }))));
  const { Volumes } = await engine.listVolumes({ filters });
  await Promise.all((Volumes ?? []).map(({ Name }) => unlessGone(engine.getVolume(Name).remove())));
  await removeUnusedNetworks(engine, providerId);
}
