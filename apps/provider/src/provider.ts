import { providerRoleConfig, startProvider } from '@later/role-provider';
import { basicAuthConfig, defineService, listenConfig, openBasicAuth } from '@later/service-kit';
import { openBackend, transportConfig } from '@later/transport-nest';

/** The provider in its own process. */
export const provider = defineService({
  name: 'provider',
  config: {
    listen: listenConfig(8081),
    auth: basicAuthConfig,
    ...providerRoleConfig,
    // `com.openfaas.scale.type: queue` scales by the number of jobs that wait.
    transport: transportConfig,
  },
  async start({ listen, auth: authOf, functions, containers, stack, transport: transportOf }, service) {
    const auth = await openBasicAuth(authOf);
    const { transport: queues } = await openBackend(transportOf, service);
    await startProvider({ config: functions, containers, stack, listen, auth, queues }, service);
  },
});
