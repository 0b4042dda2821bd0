import { callbackDispatcherConfig, callbackDispatcherRole } from '@later/role-callback-dispatcher';
import { defineService, listenConfig } from '@later/service-kit';
import { openBackend, serveRoles, transportConfig } from '@later/transport-nest';

/** The callback-dispatcher as a process of its own. Its port answers only for its health. */
export const callbackDispatcher = defineService({
  name: 'callback-dispatcher',
  config: { listen: listenConfig(8085), transport: transportConfig, ...callbackDispatcherConfig },
  async start({ listen, transport: transportOf, dispatch }, service) {
    const backend = await openBackend(transportOf, service);
    const role = callbackDispatcherRole({ dispatch, log: service.log() });
    await serveRoles(service, 'callback-dispatcher', [role], { backend, listen });
  },
});
