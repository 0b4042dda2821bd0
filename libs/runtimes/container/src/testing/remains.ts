import type Docker from 'dockerode';

import { ifThere, listContainers, type Engine } from '../engine/engine.js';
import { filtersOfProvider, ownershipLabels } from '../ownership/ownership-labels.js';

/** What there is of a provider on an engine, a line each. */
export interface Remains {
  /** With a line for each process of those that run. */
  readonly containers: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

/** @param mark whatever has this in its environment counts too, whosever its labels say it is */
export async function remainsOf(
  engine: Engine,
  { providerId, mark }: { readonly providerId: string; readonly mark?: string },
): Promise<Remains> {
  const filters = filtersOfProvider(providerId);
  const listed = await listContainers(engine);
  const seen = await Promise.all(listed.map(({ Id }) => ifThere(engine.getContainer(Id).inspect())));
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
  // It may end in this moment.
  const top = (await engine
    .getContainer(Id)
    .top()
    .catch(() => undefined)) as { Processes?: string[][] } | undefined;
  return [line, ...(top?.Processes ?? []).map((process) => `process of ${Name}: ${process.at(-1)}`)];
}
