import type Docker from 'dockerode';

/** The engine that runs the containers. */
export type Engine = Docker;

/** Nobody answers where the engine should be. */
export class EngineUnreachableError extends Error {
  readonly code = 'ENGINE_UNREACHABLE';

  constructor(address: string, cause: unknown) {
    super(
      `no container engine answers at ${address} (${reasonOf(cause)}). ` +
        'Is Docker running? Set DOCKER_HOST to where it listens: unix:///path or tcp://host:port.',
      { cause },
    );
    this.name = new.target.name;
  }
}

/**
 * The client of an engine, which may not be there yet. It is loaded here and not before: who runs no containers does
 * without.
 * @param address as in `DOCKER_HOST`
 * @throws EngineUnreachableError when there can be no engine
 */
export async function openEngine(address: string): Promise<Engine> {
  const target = targetOf(address);
  if (!target) throw new EngineUnreachableError(address, new Error('this is no address of an engine'));
  const { default: Client } = await import('dockerode');
  return new Client(target);
}

/** @throws EngineUnreachableError when an engine does not answer at this moment */
export async function reachEngine(engine: Engine, address: string): Promise<void> {
  try {
    await engine.ping();
  } catch (error) {
    throw new EngineUnreachableError(address, error);
  }
}

function targetOf(address: string): Docker.DockerOptions | undefined {
  const url = URL.parse(address);
  if (url?.protocol === 'unix:' && url.pathname !== '') return { socketPath: decodeURIComponent(url.pathname) };
  if ((url?.protocol === 'tcp:' || url?.protocol === 'http:') && url.hostname !== '')
    return { protocol: 'http', host: url.hostname, port: url.port || 2375 };
  return undefined;
}

/** Why the engine, or the way to it, refused something; in a line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { json } = error as { json?: { message?: unknown } };
  const said = typeof json?.message === 'string' ? json.message : error.message || error.name;
  return said.trim().split('\n', 1)[0]!;
}

/** The engine's status code for what it refused; undefined when it was not the engine that failed. */
export const statusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;

/** Lets be that what should go is not there any more. */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  await ifThere(removal);
}

/** What is asked for; undefined when the engine does not have it. */
export async function ifThere<Found>(asking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (saysGone(error)) return undefined;
    throw error;
  }
}

/** Podman says 500 where a thing went in the middle of being asked for. */
const saysGone = (error: unknown): boolean =>
  statusOf(error) === 404 || (statusOf(error) === 500 && /no such (container|volume|network)/.test(reasonOf(error)));

/** Containers of an engine, running or not. */
export const listContainers = (
  engine: Engine,
  filters: Readonly<Record<string, string[]>> = {},
): Promise<readonly Docker.ContainerInfo[]> => askAgain(() => engine.listContainers({ all: true, filters }));

const mostTries = 10;

/** Podman answers 500 to who looks at things while others of their kind go: it is asked again, at once. */
export async function askAgain<Found>(ask: () => Promise<Found>): Promise<Found> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (statusOf(error) !== 500 || !/no such|not known/.test(reasonOf(error)) || tries === mostTries) throw error;
    }
  }
}
