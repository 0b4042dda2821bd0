import { openFunctions, providerConfig } from '@later/function-routing';
import { JobExecutionModule, jobExecutionConfig, jobSubscription } from '@later/job-execution';
import { basicAuthConfig, defineService, listenConfig, openBasicAuth } from '@later/service-kit';
import { consume, openTransport, transportConfig, transportReadiness } from '@later/transport-nest';

/** Takes jobs and invokes functions. Its port answers only for its health. */
export const queueWorker = defineService({
  name: 'queue-worker',
  config: {
    listen: listenConfig(8084),
    transport: transportConfig,
    provider: providerConfig,
    auth: basicAuthConfig,
    execution: jobExecutionConfig,
  },
  async start({ listen, transport: transportOf, provider, auth, execution }, service) {
    const log = service.log();
    const transport = await openTransport(transportOf, service);
    const { directory: functions } = openFunctions(provider, await openBasicAuth(auth), service);
    await service.serve('queue-worker', {
      imports: [JobExecutionModule.of({ config: execution, functions, callbacks: transport, log })],
      checks: [transportReadiness(transport)],
      listen,
      afterListen: consume(service, transport, jobSubscription(execution, log)),
    });
  },
});
