import { join } from 'node:path';

import { openFunctions } from '@later/provider-client';
import { callbackDispatcherConfig, callbackDispatcherRole } from '@later/role-callback-dispatcher';
import { gatewayConfig, gatewayRole } from '@later/role-gateway';
import { providerRoleConfig, startProvider } from '@later/role-provider';
import { queueWorkerConfig, queueWorkerRole } from '@later/role-queue-worker';
import { SampleFunctionsModule, sampleFunctionsConfig } from '@later/sample-functions';
import { basicAuthConfig, defineService, openBasicAuth, type BasicAuthConfig } from '@later/service-kit';
import { openBackend, serveRoles, transportConfig } from '@later/transport-nest';

import { reachableHost } from './reachable-host.js';
import { standaloneConfig } from './standalone-config.js';
import { welcome } from './welcome.js';

/** All roles in one process. The roles find each other here, so no variable has to name their URLs. */
export const standalone = defineService({
  name: 'standalone',
  config: {
    ports: standaloneConfig,
    transport: transportConfig,
    auth: basicAuthConfig,
    ...providerRoleConfig,
    ...gatewayConfig,
    ...queueWorkerConfig,
    ...callbackDispatcherConfig,
    samples: sampleFunctionsConfig,
  },
  async start(config, service) {
    const { HOST, PORT, PROVIDER_PORT, FUNCTIONS_PORT } = config.ports;
    const { containers, intake, execution } = config;
    const backend = await openBackend(config.transport, service);
    const { transport } = backend;
    const auth = await openBasicAuth(config.auth);

    const samples = await service.serve('functions', {
      imports: [SampleFunctionsModule.of(config.samples)],
      listen: { HOST, PORT: FUNCTIONS_PORT },
    });

    const stack = { ...config.stack, FUNCTIONS_URL: samples.url };
    const atProvider = { HOST, PORT: PROVIDER_PORT };
    await startProvider(
      { config: config.functions, containers, stack, listen: atProvider, auth, queues: transport },
      service,
    );
    const PROVIDER_URL = `http://${reachableHost(HOST)}:${PROVIDER_PORT}`;
    const functions = openFunctions({ PROVIDER_URL }, auth, service);

    const dispatch = { ...config.dispatch, GATEWAY_URL: `http://${reachableHost(HOST)}:${PORT}` };
    const roles = [
      gatewayRole({ intake, transport, functions, auth, log: service.log('gateway') }),
      queueWorkerRole({ execution, transport, functions: functions.directory, log: service.log('queue-worker') }),
      callbackDispatcherRole({ dispatch, log: service.log('callback-dispatcher') }),
    ];
    const gateway = await serveRoles(service, 'gateway', roles, { backend, listen: { HOST, PORT } });
    process.stdout.write(
      welcome({
        gateway: gateway.url,
        provider: PROVIDER_URL,
        functions: samples.url,
        login: loginOf(config.auth),
        transport: backend,
      }),
    );
  },
});

function loginOf({ BASIC_AUTH, BASIC_AUTH_USER, BASIC_AUTH_PASSWORD, ...auth }: BasicAuthConfig): string {
  if (!BASIC_AUTH) return 'without a password';
  const file = auth.BASIC_AUTH_PASSWORD_FILE ?? join(auth.DATA_DIR, 'basic-auth-password');
  const where = BASIC_AUTH_PASSWORD === undefined ? `in ${file}` : 'as set';
  return `user ${BASIC_AUTH_USER}, password ${where}`;
}
