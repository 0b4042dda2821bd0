import { CallCounts, CallIntakeModule, callIntakeConfig } from '@later/call-intake';
import { openFunctions, providerConfig } from '@later/function-routing';
import { basicAuthConfig, defineService, listenConfig, openBasicAuth } from '@later/service-kit';
import { SystemApiModule, protectSystem } from '@later/system-api';
import { openTransport, transportConfig, transportReadiness } from '@later/transport-nest';

/** The HTTP front door: `/function/NAME`, `/async-function/NAME`, and `/system/*` for who manages functions. */
export const gateway = defineService({
  name: 'gateway',
  config: {
    listen: listenConfig(8080),
    transport: transportConfig,
    provider: providerConfig,
    auth: basicAuthConfig,
    intake: callIntakeConfig,
  },
  async start({ listen, transport: transportOf, provider: providerOf, auth: authOf, intake }, service) {
    const log = service.log();
    const transport = await openTransport(transportOf, service);
    const auth = await openBasicAuth(authOf);
    const { provider, directory } = openFunctions(providerOf, auth, service);
    const counts = new CallCounts();
    await service.serve('gateway', {
      imports: [
        CallIntakeModule.of({
          config: intake,
          functions: directory,
          jobs: transport,
          log,
          counts,
          providerUrl: provider.url,
        }),
        SystemApiModule.of({ provider, directory, log, invocations: counts }),
      ],
      before: protectSystem(auth),
      checks: [transportReadiness(transport)],
      listen,
    });
  },
});
