import { CallbackDispatchModule, callbackDispatchConfig, callbackSubscription } from '@later/callback-dispatch';
import { defineService, listenConfig } from '@later/service-kit';
import { consume, openTransport, transportConfig, transportReadiness } from '@later/transport-nest';

/** Posts results to callback URLs. Its port answers only for its health. */
export const callbackDispatcher = defineService({
  name: 'callback-dispatcher',
  config: { listen: listenConfig(8085), transport: transportConfig, dispatch: callbackDispatchConfig },
  async start({ listen, transport: transportOf, dispatch }, service) {
    const log = service.log();
    const transport = await openTransport(transportOf, service);
    await service.serve('callback-dispatcher', {
      imports: [CallbackDispatchModule.of({ config: dispatch, log })],
      checks: [transportReadiness(transport)],
      listen,
      afterListen: consume(service, transport, callbackSubscription(dispatch, log)),
    });
  },
});
