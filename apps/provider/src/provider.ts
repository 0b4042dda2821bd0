import { containerRuntimeConfig, functionProviderConfig, stackConfig, startProvider } from '@later/function-provider';
import { basicAuthConfig, defineService, listenConfig, openBasicAuth } from '@later/service-kit';
import { openTransport, transportConfig } from '@later/transport-nest';

/** Deploys functions and runs them: the OpenFaaS provider API, for a gateway and its workers. */
export const provider = defineService({
  name: 'provider',
  config: {
    listen: listenConfig(8081),
    auth: basicAuthConfig,
    functions: functionProviderConfig,
    containers: containerRuntimeConfig,
    stack: stackConfig,
    // What waits for a function is what `com.openfaas.scale.type: queue` goes by.
    transport: transportConfig,
  },
  async start({ listen, auth: authOf, functions, containers, stack, transport: transportOf }, service) {
    const auth = await openBasicAuth(authOf);
    const queues = await openTransport(transportOf, service);
    await startProvider({ config: functions, containers, stack, listen, auth, queues }, service);
  },
});
