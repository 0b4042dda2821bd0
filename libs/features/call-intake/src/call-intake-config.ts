import { byteSize } from '@later/job-schema';
import { upstreamTimeoutConfig } from '@later/service-kit';
import { z } from 'zod';

/** What the gateway asks of calls. */
export const callIntakeConfig = z.object({
  MAX_BODY_BYTES: byteSize.prefault('1MiB').describe('Largest body of an asynchronous call; more is answered 413'),
  MAX_INTAKE_BYTES: byteSize
    .prefault('16MiB')
    .describe(
      'Most bytes of asynchronous calls that are received and stored at once, one call at least; more wait unread, and are answered 503 after 2 s',
    ),
  ...upstreamTimeoutConfig.shape,
});

export type CallIntakeConfig = z.infer<typeof callIntakeConfig>;
