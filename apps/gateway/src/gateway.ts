import { CallIntakeModule, callIntakeConfig } from '@later/call-intake';
import { functionRoutingConfig, openDirectory } from '@later/function-routing';
import { defineService, listenConfig } from '@later/service-kit';
import { openTransport, transportConfig, transportReadiness } from '@later/transport-nest';

/** The HTTP front door: `/function/NAME` and `/async-function/NAME`. */
export const gateway = defineService({
  name: 'gateway',
  config: {
    listen: listenConfig(8080),
    transport: transportConfig,
    routing: functionRoutingConfig,
    intake: callIntakeConfig,
  },
  async start({ listen, transport: transportOf, routing, intake }, service) {
    const transport = await openTransport(transportOf, service);
    const functions = await openDirectory(routing, service.log());
    await service.serve('gateway', {
      imports: [CallIntakeModule.of({ config: intake, functions, jobs: transport, log: service.log('gateway') })],
      checks: [transportReadiness(transport)],
      listen,
    });
  },
});
