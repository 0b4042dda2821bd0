import type { HttpServerOptions, Listening, RunningService } from '@later/service-kit';
import type { Backend, SubscribeOptions } from '@later/transport-contract';

import { consume } from './consume.js';
import { transportReadiness } from './transport-readiness.js';

/** The parts that a role adds to its process: modules, and the queues that their controllers consume. */
export interface Role extends Pick<HttpServerOptions, 'imports' | 'before'> {
  readonly queues?: Readonly<Record<string, SubscribeOptions>>;
}

export interface RolesOptions {
  readonly backend: Backend;
  readonly listen: HttpServerOptions['listen'];
}

/** Serves one or more roles behind one HTTP port, until the process stops. `/readyz` is red while the transport is away. */
export function serveRoles(
  service: RunningService,
  name: string,
  roles: readonly Role[],
  { backend, listen }: RolesOptions,
): Promise<Listening> {
  const queues = Object.assign({}, ...roles.map((role) => role.queues)) as NonNullable<Role['queues']>;
  return service.serve(name, {
    imports: roles.flatMap(({ imports }) => imports),
    before: (fastify) => roles.forEach(({ before }) => before?.(fastify)),
    checks: [transportReadiness(backend)],
    listen,
    ...(Object.keys(queues).length > 0 && { afterListen: consume(service, backend.transport, queues) }),
  });
}
