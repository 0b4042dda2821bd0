import { z } from 'zod';

import { callId } from './call-id.js';
import { callbackUrl } from './callback-url.js';
import { envelopeCodec, type WithBody } from './envelope.js';
import { calledName } from './function-name.js';
import { headerPairs } from './headers.js';

/** A call's result on its way to the caller's URL, as it waits in the callbacks queue. */
export const callbackMetadata = z.object({
  /** The job's id: the same for every attempt, so that a receiver can tell a repeat. */
  id: z.string(),
  callId,
  functionName: calledName,
  url: callbackUrl,
  /** What the function answered at its last attempt; 503 when it could not be reached, 504 when it was too slow. */
  status: z.int().min(100).max(999),
  /** The end-to-end headers of that answer. */
  headers: headerPairs,
  durationSeconds: z.number().nonnegative(),
  /** Times the job was retried, and the most it could have been. */
  retries: z.int().nonnegative(),
  maxRetries: z.int().nonnegative(),
});

export type Callback = z.infer<typeof callbackMetadata> & WithBody;

export const callbackEnvelope = envelopeCodec('callback', callbackMetadata);
