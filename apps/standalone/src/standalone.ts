import { CallbackDispatchModule, callbackDispatchConfig, callbackSubscription } from '@later/callback-dispatch';
import { CallIntakeModule, callIntakeConfig } from '@later/call-intake';
import { functionRoutingConfig, openDirectory } from '@later/function-routing';
import { JobExecutionModule, jobExecutionConfig, jobSubscription } from '@later/job-execution';
import { SampleFunctionsModule, sampleFunctionsConfig } from '@later/sample-functions';
import { defineService } from '@later/service-kit';
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
    routing: functionRoutingConfig,
    intake: callIntakeConfig,
    execution: jobExecutionConfig,
    dispatch: callbackDispatchConfig,
    samples: sampleFunctionsConfig,
  },
  async start({ ports, transport: transportOf, routing, intake, execution, dispatch, samples }, service) {
    const { HOST, PORT, FUNCTIONS_PORT } = ports;
    const [worker, dispatcher] = [service.log('queue-worker'), service.log('callback-dispatcher')];
    const transport = await openTransport(transportOf, service);
    const sampleFunctions = await service.serve('functions', {
      imports: [SampleFunctionsModule.of(samples)],
      listen: { HOST, PORT: FUNCTIONS_PORT },
    });
    const functions = await openDirectory({ ...routing, FUNCTIONS_URL: sampleFunctions.url }, service.log());
    const toItself = { ...dispatch, GATEWAY_URL: `http://${reachable(HOST)}:${PORT}` };
    const gateway = await service.serve('gateway', {
      imports: [
        CallIntakeModule.of({ config: intake, functions, jobs: transport, log: service.log('gateway') }),
        JobExecutionModule.of({ config: execution, functions, callbacks: transport, log: worker }),
        CallbackDispatchModule.of({ config: toItself, log: dispatcher }),
      ],
      checks: [transportReadiness(transport)],
      listen: { HOST, PORT },
      afterListen: consume(service, transport, {
        ...jobSubscription(execution, worker),
        ...callbackSubscription(dispatch, dispatcher),
      }),
    });
    process.stdout.write(welcome({ gateway: gateway.url, functions: sampleFunctions.url, transport }));
  },
});
