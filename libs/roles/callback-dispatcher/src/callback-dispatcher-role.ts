import {
  CallbackDispatchModule,
  callbackDispatchConfig,
  callbackSubscription,
  type CallbackDispatchConfig,
} from '@later/callback-dispatch';
import type { Logger } from '@later/service-kit';
import type { Role } from '@later/transport-nest';

/** The callback-dispatcher's own section of the configuration. */
export const callbackDispatcherConfig = { dispatch: callbackDispatchConfig };

export interface CallbackDispatcherOptions {
  readonly dispatch: CallbackDispatchConfig;
  readonly log: Logger;
}

/** Posts the results in the callbacks queue to the callers' URLs. */
export const callbackDispatcherRole = ({ dispatch, log }: CallbackDispatcherOptions): Role => ({
  imports: [CallbackDispatchModule.of({ config: dispatch, log })],
  queues: callbackSubscription(dispatch, log),
});
