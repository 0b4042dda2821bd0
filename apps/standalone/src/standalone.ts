import { join } from 'node:path';

import { CallbackDispatchModule, callbackDispatchConfig, callbackSubscription } from '@later/callback-dispatch';
import { CallCounts, CallIntakeModule, callIntakeConfig } from '@later/call-intake';
import { containerRuntimeConfig, functionProviderConfig, stackConfig, startProvider } from '@later/function-provider';
import { openFunctions } from '@later/function-routing';
import { JobExecutionModule, jobExecutionConfig, jobSubscription } from '@later/job-execution';
import { SampleFunctionsModule, sampleFunctionsConfig } from '@later/sample-functions';
import { basicAuthConfig, defineService, openBasicAuth, type BasicAuthConfig } from '@later/service-kit';
import { protectSystem, SystemApiModule } from '@later/system-api';
import { consume, openTransport, transportConfig, transportReadiness } from '@later/transport-nest';

import { reachable } from './reachable.js';
import { standaloneConfig } from './standalone-config.js';
import { welcome } from './welcome.js';

/** Every role in one process. What one role needs of another is here, so it is not asked of the environment. */
export const standalone = defineService({
  name: 'standalone',
  config: {
    ports: standaloneConfig,
    transport: transportConfig,
    auth: basicAuthConfig,
    provider: functionProviderConfig,
    containers: containerRuntimeConfig,
    stack: stackConfig,
    intake: callIntakeConfig,
    execution: jobExecutionConfig,
    dispatch: callbackDispatchConfig,
    samples: sampleFunctionsConfig,
  },
  async start(config, service) {
    const { HOST, PORT, PROVIDER_PORT, FUNCTIONS_PORT } = config.ports;
    const { containers, intake, execution, dispatch } = config;
    const transport = await openTransport(config.transport, service);
    const auth = await openBasicAuth(config.auth);

    const samples = await service.serve('functions', {
      imports: [SampleFunctionsModule.of(config.samples)],
      listen: { HOST, PORT: FUNCTIONS_PORT },
    });

    const stack = { ...config.stack, FUNCTIONS_URL: samples.url };
    const atProvider = { HOST, PORT: PROVIDER_PORT };
    await startProvider(
      { config: config.provider, containers, stack, listen: atProvider, auth, queues: transport },
      service,
    );
    const PROVIDER_URL = `http://${reachable(HOST)}:${PROVIDER_PORT}`;
    const { provider, directory: functions } = openFunctions({ PROVIDER_URL }, auth, service);

    const log = service.log('gateway');
    const [worker, dispatcher] = [service.log('queue-worker'), service.log('callback-dispatcher')];
    const toItself = { ...dispatch, GATEWAY_URL: `http://${reachable(HOST)}:${PORT}` };
    const counts = new CallCounts();
    const gateway = await service.serve('gateway', {
      imports: [
        CallIntakeModule.of({ config: intake, functions, jobs: transport, log, counts, providerUrl: provider.url }),
        SystemApiModule.of({ provider, directory: functions, log, invocations: counts }),
        JobExecutionModule.of({ config: execution, functions, callbacks: transport, log: worker }),
        CallbackDispatchModule.of({ config: toItself, log: dispatcher }),
      ],
      before: protectSystem(auth),
      checks: [transportReadiness(transport)],
      listen: { HOST, PORT },
      afterListen: consume(service, transport, {
        ...jobSubscription(execution, worker),
        ...callbackSubscription(dispatch, dispatcher),
      }),
    });
    process.stdout.write(
      welcome({
        gateway: gateway.url,
        provider: PROVIDER_URL,
        functions: samples.url,
        login: loginOf(config.auth),
        transport,
      }),
    );
  },
});

function loginOf({ BASIC_AUTH, BASIC_AUTH_USER, BASIC_AUTH_PASSWORD, ...auth }: BasicAuthConfig): string {
  if (!BASIC_AUTH) return 'nobody is asked for a password';
  const file = auth.BASIC_AUTH_PASSWORD_FILE ?? join(auth.DATA_DIR, 'basic-auth-password');
  const where = BASIC_AUTH_PASSWORD === undefined ? `in ${file}` : 'as set';
  return `user ${BASIC_AUTH_USER}, password ${where}`;
}
