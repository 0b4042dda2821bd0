import { positiveDuration } from '@later/job-schema';
import { z } from 'zod';

/** The time limit of a call, in every app that calls functions. */
export const upstreamTimeoutConfig = z.object({
  UPSTREAM_TIMEOUT: positiveDuration
    .prefault('60s')
    .describe('How long a call of a function without `exec_timeout` may take, in all'),
});
