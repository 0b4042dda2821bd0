import { queueNames } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import type { SubscribeOptions } from '@later/transport-contract';

import type { JobExecutionConfig } from './job-execution-config.js';

/** The subscription of a queue-worker to the calls queue. */
export const jobSubscription = (config: JobExecutionConfig, log: Logger): Record<string, SubscribeOptions> => ({
  [queueNames.calls]: {
    maxInFlight: config.MAX_IN_FLIGHT,
    maxInFlightPerLane: config.MAX_IN_FLIGHT_PER_FUNCTION,
    onError: (error) => log.error({ error }, 'Unexpected error while a job ran'),
  },
});
