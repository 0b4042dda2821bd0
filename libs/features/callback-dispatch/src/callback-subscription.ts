import { queueNames } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import type { SubscribeOptions } from '@later/transport-contract';

import type { CallbackDispatchConfig } from './callback-dispatch-config.js';

/** How a callback-dispatcher consumes the callbacks queue. */
export const callbackSubscription = (
  config: CallbackDispatchConfig,
  log: Logger,
): Record<string, SubscribeOptions> => ({
  [queueNames.callbacks]: {
    maxInFlight: config.CALLBACK_MAX_IN_FLIGHT,
    maxInFlightPerLane: config.CALLBACK_MAX_IN_FLIGHT_PER_HOST,
    onError: (error) => log.error({ error }, 'A callback met a defect of ours'),
  },
});
