import { queueNames } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import type { SubscribeOptions } from '@later/transport-contract';

import type { CallbackDispatchConfig } from './callback-dispatch-config.js';

/** The subscription of a callback-dispatcher to the callbacks queue. */
export const callbackSubscription = (
  config: CallbackDispatchConfig,
  log: Logger,
): Record<string, SubscribeOptions> => ({
  [queueNames.callbacks]: {
    maxInFlight: config.CALLBACK_MAX_IN_FLIGHT,
    maxInFlightPerLane: config.CALLBACK_MAX_IN_FLIGHT_PER_HOST,
    onError: (error) => log.error({ error }, 'Unexpected error while a callback was sent'),
  },
});
