import { duration } from '@later/job-schema';
import { z } from 'zod';

/** A TCP port; 0 lets the system choose. */
export const port = z.coerce.number().int().min(0).max(65_535);

/** Where an app in a process of its own listens. */
export const listenConfig = (defaultPort: number) =>
  z.object({
    PORT: port.default(defaultPort).describe('Where the app listens; 0 lets the system choose'),
    HOST: z.string().default('127.0.0.1').describe('The address to listen on; containers set `0.0.0.0`'),
    SHUTDOWN_DELAY: duration
      .prefault('0s')
      .describe(
        'How long after SIGTERM requests are still taken, with `/readyz` red already: what a load balancer takes to see it',
      ),
  });

/** What every process has. */
export const processConfig = z.object({
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least important level that is logged'),
  LOG_FORMAT: z
    .enum(['json', 'pretty'])
    .optional()
    .describe('`json` lines or `pretty` for people; pretty in a terminal when not set'),
  SHUTDOWN_GRACE: duration
    .prefault('30s')
    .describe('How long running work may go on after SIGTERM before it is handed back'),
});

export type ProcessConfig = z.infer<typeof processConfig>;
