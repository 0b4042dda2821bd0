import { byteSize } from '@later/job-schema';
import { upstreamTimeoutConfig } from '@later/service-kit';
import { z } from 'zod';

const inFlight = z.coerce.number().int().min(1).max(10_000);

/** The settings of a queue-worker. */
export const jobExecutionConfig = z.object({
  MAX_IN_FLIGHT: inFlight.default(50).describe('The most jobs that a queue-worker runs at once'),
  MAX_IN_FLIGHT_PER_FUNCTION: inFlight
    .default(50)
    .describe('The most jobs of one function that a queue-worker runs at once'),
  ...upstreamTimeoutConfig.shape,
  MAX_RESULT_BYTES: byteSize
    .prefault('900KiB')
    .describe(
      'The largest result of an asynchronous call; a larger result makes the call a dead letter. NATS accepts messages of up to 1 MiB',
    ),
});

export type JobExecutionConfig = z.infer<typeof jobExecutionConfig>;
