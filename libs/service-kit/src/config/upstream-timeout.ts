import { positiveDuration } from '@later/job-schema';
import { z } from 'zod';

/** The time limit of a call, in every app that calls functions. */
export const upstreamTimeoutConfig = z.object({
  UPSTREAM_TIMEOUT: positiveDuration
    .prefault('60s')
    .describe('How long a function may take, in all, when it names no `exec_timeout` itself'),
});
