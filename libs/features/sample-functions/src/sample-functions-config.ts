import { duration } from '@later/job-schema';
import { z } from 'zod';

/** The settings of the sample functions. */
export const sampleFunctionsConfig = z.object({
  LONG_TASK_DURATION: duration.prefault('1s').describe('How long `long-task` sleeps'),
});

export type SampleFunctionsConfig = z.infer<typeof sampleFunctionsConfig>;
