import { openFunctions, providerConfig } from '@later/provider-client';
import { gatewayConfig, gatewayRole } from '@later/role-gateway';
import { basicAuthConfig, defineService, listenConfig, openBasicAuth } from '@later/service-kit';
import { openBackend, serveRoles, transportConfig } from '@later/transport-nest';

/** The gateway in its own process. */
export const gateway = defineService({
  name: 'gateway',
  config: {
    listen: listenConfig(8080),
    transport: transportConfig,
    provider: providerConfig,
    auth: basicAuthConfig,
    ...gatewayConfig,
  },
  async start({ listen, transport: transportOf, provider, auth: authOf, intake }, service) {
    const backend = await openBackend(transportOf, service);
    const auth = await openBasicAuth(authOf);
    const functions = openFunctions(provider, auth, service);
    const role = gatewayRole({ intake, transport: backend.transport, functions, auth, log: service.log() });
    await serveRoles(service, 'gateway', [role], { backend, listen });
  },
});
