import { callbackDispatcherConfig, callbackDispatcherRole } from '@later/role-callback-dispatcher';
import { defineService, listenConfig } from '@later/service-kit';
import { openBackend, serveRoles, transportConfig } from '@later/transport-nest';

/** The callback-dispatcher in its own process. Its port serves only health checks. */
export const callbackDispatcher = defineService({
  name: 'callback-dispatcher',
  config: { listen: listenConfig(8085), transport: transportConfig, ...callbackDispatcherConfig },
  async start({ listen, transport: transportOf, dispatch }, service) {
    const backend = await openBackend(transportOf, service);
    const role = callbackDispatcherRole({ dispatch, log: service.log() });
    await serveRoles(service, 'callback-dispatcher', [role], { backend, listen });
  },
});
