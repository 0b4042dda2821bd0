import { byteSize, positiveDuration } from '@later/job-schema';
import { z } from 'zod';

const inFlight = z.coerce.number().int().min(1).max(10_000);

/** How a queue-worker works. */
export const jobExecutionConfig = z.object({
  MAX_IN_FLIGHT: inFlight.default(50).describe('Most jobs a queue-worker runs at once'),
  MAX_IN_FLIGHT_PER_FUNCTION: inFlight.default(50).describe('Most jobs of one function a queue-worker runs at once'),
  UPSTREAM_TIMEOUT: positiveDuration
    .prefault('60s')
    .describe('How long a function may take, in all, when it names no `exec_timeout` itself'),
  MAX_RESULT_BYTES: byteSize
    .prefault('900KiB')
    .describe('Largest result of an asynchronous call; a larger one fails the call for good. NATS takes 1 MiB in all'),
});

export type JobExecutionConfig = z.infer<typeof jobExecutionConfig>;
