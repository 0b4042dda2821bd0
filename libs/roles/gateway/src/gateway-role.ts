import { CallCounts, CallIntakeModule, callIntakeConfig, type CallIntakeConfig } from '@later/call-intake';
import { FunctionAdminModule, protectSystem } from '@later/function-admin';
import type { OpenFunctions } from '@later/provider-client';
import type { BasicAuth, Logger } from '@later/service-kit';
import type { Transport } from '@later/transport-contract';
import type { Role } from '@later/transport-nest';

/** The gateway's own section of the configuration. */
export const gatewayConfig = { intake: callIntakeConfig };

export interface GatewayOptions {
  readonly intake: CallIntakeConfig;
  readonly transport: Transport;
  readonly functions: OpenFunctions;
  /** The user who may manage functions; without it, everybody may. */
  readonly auth: BasicAuth | undefined;
  readonly log: Logger;
}

/** The HTTP front door: `/function/NAME`, `/async-function/NAME`, and `/system/*` to manage functions. */
export function gatewayRole({ intake, transport, functions, auth, log }: GatewayOptions): Role {
  const { provider, directory } = functions;
  const counts = new CallCounts();
  return {
    imports: [
      CallIntakeModule.of({
        config: intake,
        functions: directory,
        jobs: transport,
        log,
        counts,
        providerUrl: provider.url,
      }),
      FunctionAdminModule.of({ provider, directory, log, invocations: counts }),
    ],
    before: protectSystem(auth),
  };
}
