import { openFunctions, providerConfig } from '@later/provider-client';
import { queueWorkerConfig, queueWorkerRole } from '@later/role-queue-worker';
import { basicAuthConfig, defineService, listenConfig, openBasicAuth } from '@later/service-kit';
import { openBackend, serveRoles, transportConfig } from '@later/transport-nest';

/** The queue-worker in its own process. Its port serves only health checks. */
export const queueWorker = defineService({
  name: 'queue-worker',
  config: {
    listen: listenConfig(8084),
    transport: transportConfig,
    provider: providerConfig,
    auth: basicAuthConfig,
    ...queueWorkerConfig,
  },
  async start({ listen, transport: transportOf, provider, auth, execution }, service) {
    const backend = await openBackend(transportOf, service);
    const { directory: functions } = openFunctions(provider, await openBasicAuth(auth), service);
    const role = queueWorkerRole({ execution, transport: backend.transport, functions, log: service.log() });
    await serveRoles(service, 'queue-worker', [role], { backend, listen });
  },
});
