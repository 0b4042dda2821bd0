import { duration } from '@later/job-schema';
import { z } from 'zod';

/** What a deployment may say about the samples. */
export const sampleFunctionsConfig = z.object({
  LONG_TASK_DURATION: duration.prefault('1s').describe('How long `long-task` sleeps'),
});

export type SampleFunctionsConfig = z.infer<typeof sampleFunctionsConfig>;
