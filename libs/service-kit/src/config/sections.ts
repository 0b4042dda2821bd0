import { duration } from '@later/job-schema';
import { z } from 'zod';

/** A TCP port; 0 lets the system choose. */
export const port = z.coerce.number().int().min(0).max(65_535);

/** The address of an app that runs in its own process. */
export const listenConfig = (defaultPort: number) =>
  z.object({
    PORT: port.default(defaultPort).describe('The port to listen on; 0 lets the system choose'),
    HOST: z.string().default('127.0.0.1').describe('The address to listen on; containers set `0.0.0.0`'),
    SHUTDOWN_DELAY: duration
      .prefault('0s')
      .describe(
        'How long after SIGTERM requests are still accepted while `/readyz` already fails: give a load balancer time to notice',
      ),
  });

/** The variables of every process. */
export const processConfig = z.object({
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('The lowest level that is logged'),
  LOG_FORMAT: z
    .enum(['json', 'pretty'])
    .optional()
    .describe('`json` lines, or `pretty` text for people; without it, `pretty` in a terminal and `json` elsewhere'),
  SHUTDOWN_GRACE: duration
    .prefault('30s')
    .describe('How long running work may continue after SIGTERM before it is ended or given back'),
});

export type ProcessConfig = z.infer<typeof processConfig>;
