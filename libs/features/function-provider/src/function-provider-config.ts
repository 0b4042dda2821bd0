import { byteSize } from '@later/job-schema';
import { runtimeNames } from '@later/function-schema';
import { upstreamTimeoutConfig } from '@later/service-kit';
import { z } from 'zod';

const leastLogBytes = 256 * 1024;

/** The settings with which a provider deploys and runs functions. */
export const functionProviderConfig = z.object({
  DATA_DIR: z.string().default('.later').describe('Where deployed functions, their secrets and their logs are kept'),
  RUNTIME: z
    .enum(runtimeNames)
    .exclude(['upstream'])
    .default('process')
    .describe('The runtime of every function without the annotation `later.dev/runtime` or `later.dev/upstream`'),
  IMAGES_FILE: z.string().optional().describe('A file that maps images to commands, for the process runtime'),
  ...upstreamTimeoutConfig.shape,
  MAX_OUTPUT_BYTES: byteSize
    .prefault('10MiB')
    .describe('The longest response of a function in the process runtime, unless it streams; a longer one becomes 500'),
  FUNCTION_LOG_BYTES: byteSize
    .refine((bytes) => bytes >= leastLogBytes, 'expected at least 256KiB: it must hold the longest line several times')
    .prefault('1MiB')
    .describe('How much of the log of each function is kept'),
});

export type FunctionProviderConfig = z.infer<typeof functionProviderConfig>;

/** The settings of the stack file; the file may use every variable of the environment. */
export const stackConfig = z
  .object({
    FUNCTIONS_FILE: z
      .string()
      .default('functions.yml')
      .describe("Functions to deploy, in OpenFaaS's stack format; a change of the file is followed at once"),
    FUNCTIONS_URL: z
      .url()
      .default('http://127.0.0.1:8086')
      .describe('Where the sample functions listen; `functions.yml` may use `${NAME}` of any variable'),
  })
  .catchall(z.string());

export type StackConfig = z.infer<typeof stackConfig>;
