import { byteSize } from '@later/job-schema';
import { upstreamTimeoutConfig } from '@later/service-kit';
import { z } from 'zod';

const inFlight = z.coerce.number().int().min(1).max(10_000);

/** The settings of a queue-worker. */
export const jobExecutionConfig = z.object({
  MAX_IN_FLIGHT: inFlight.default(50).describe('Most jobs a queue-worker runs at once'),
  MAX_IN_FLIGHT_PER_FUNCTION: inFlight.default(50).describe('Most jobs of one function a queue-worker runs at once'),
  ...upstreamTimeoutConfig.shape,
  MAX_RESULT_BYTES: byteSize
    .prefault('900KiB')
    .describe('Largest result of an asynchronous call; a larger one fails the call for good. NATS takes 1 MiB in all'),
});

export type JobExecutionConfig = z.infer<typeof jobExecutionConfig>;
