import type Docker from 'dockerode';

/** The client of the engine that runs the containers. */
export type Engine = Docker;

/** No container engine answers at the configured address. */
export class EngineUnreachableError extends Error {
  readonly code = 'ENGINE_UNREACHABLE';

  constructor(address: string, cause: unknown) {
    super(
      `no container engine answers at ${address} (${engineReasonOf(cause)}). ` +
        'Is Docker running? Set DOCKER_HOST to where it listens: unix:///path or tcp://host:port.',
      { cause },
    );
    this.name = new.target.name;
  }
}

/**
 * Creates the client of an engine, which need not run yet. The library is imported only here, so that a provider without
 * containers does not load it.
 * @param address as in `DOCKER_HOST`
 * @throws EngineUnreachableError when the address is not valid
 */
export async function openEngine(address: string): Promise<Engine> {
  const target = targetOf(address);
  if (!target) throw new EngineUnreachableError(address, new Error('this is not the address of an engine'));
  const { default: Client } = await import('dockerode');
  return new Client(target);
}

/** @throws EngineUnreachableError when the engine does not answer now */
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

/** The reason why the engine, or the connection to it, failed a request; one line. */
export function engineReasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { json } = error as { json?: { message?: unknown } };
  const reason = typeof json?.message === 'string' ? json.message : error.message || error.name;
  return reason.trim().split('\n', 1)[0]!;
}

/** The HTTP status with which the engine failed a request; undefined when the engine did not answer. */
export const engineStatusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;
