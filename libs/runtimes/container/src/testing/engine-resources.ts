import type Docker from 'dockerode';

import { ignoreMissing, listContainers } from '../engine/engine-requests.js';
import type { Engine } from '../engine/engine.js';
import { filtersOfProvider, ownershipLabels } from '../ownership/ownership-labels.js';

/** What an engine has of a provider, a line each. */
export interface EngineResources {
  /** Includes a line for each process of a running container. */
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

/** @param mark containers with this text in their environment are listed too, whatever their labels are */
export async function listEngineResources(
  engine: Engine,
  { providerId, mark }: { readonly providerId: string; readonly mark?: string },
): Promise<EngineResources> {
  const filters = filtersOfProvider(providerId);
  const listed = await listContainers(engine);
  const seen = await Promise.all(listed.map(({ Id }) => ignoreMissing(engine.getContainer(Id).inspect())));
  const ours = seen.filter(
    (each) =>
      each?.Config.Labels?.[ownershipLabels.provider] === providerId ||
      (mark !== undefined && each?.Config.Env?.some((variable) => variable.includes(mark))),
  );
  const { Volumes } = await engine.listVolumes({ filters });
  const networks = await engine.listNetworks({ filters });
  return {
    containers: (await Promise.all(ours.map((each) => linesOf(engine, each!)))).flat(),
    volumes: (Volumes ?? []).map(({ Name }) => `volume ${Name}`),
    networks: networks.map(({ Name }) => `network ${Name}`),
  };
}

async function linesOf(engine: Engine, { Id, Name, State }: Docker.ContainerInspectInfo): Promise<readonly string[]> {
  const line = `container ${Name} ${State.Status}`;
  if (!State.Running) return [line];
  // The container may have ended meanwhile.
  const top = (await engine
    .getContainer(Id)
    .top()
    .catch(() => undefined)) as { Processes?: string[][] } | undefined;
  return [line, ...(top?.Processes ?? []).map((process) => `process of ${Name}: ${process.at(-1)}`)];
}
