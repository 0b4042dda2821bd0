import { ignoreMissing, listContainers, removeContainer } from './engine/engine-requests.js';
import type { Engine } from './engine/engine.js';
import { removeUnusedNetworks } from './engine/functions-network.js';
import { filtersOfProvider } from './ownership/ownership-labels.js';
import { removeSecretsVolume } from './secrets/secrets-volume.js';

/** The names on the engine of what belongs to one instance. */
export interface InstanceNames {
  readonly container: string;
  readonly secretsVolume: string;
}

/** Removes an instance's container and secrets from the engine; they may be running, or missing. */
export async function removeInstance(engine: Engine, { container, secretsVolume }: InstanceNames): Promise<void> {
  await removeContainer(engine.getContainer(container));
  await removeSecretsVolume(engine, secretsVolume);
}

/** Removes everything that a provider ever created on the engine. */
export async function removeLeftovers(engine: Engine, providerId: string): Promise<void> {
  const filters = filtersOfProvider(providerId);
  const containers = await listContainers(engine, filters);
  await Promise.all(containers.map(({ Id }) => removeContainer(engine.getContainer(Id))));
  const { Volumes } = await engine.listVolumes({ filters });
  await Promise.all((Volumes ?? []).map(({ Name }) => ignoreMissing(engine.getVolume(Name).remove())));
  await removeUnusedNetworks(engine, providerId);
}
