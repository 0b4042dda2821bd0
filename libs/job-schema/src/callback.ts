import { z } from 'zod';

import { callId } from './call-id.js';
import { callbackUrl } from './callback-url.js';
import { envelopeCodec, type WithBody } from './envelope.js';
import { calledName } from './function-name.js';
import { headerPairs } from './headers.js';

/** The result of a call, as it waits in the callbacks queue to be posted to the caller's URL. */
export const callbackMetadata = z.object({
  /** The job's id. It is the same for every attempt, so that a receiver can recognize a repetition. */
  id: z.string(),
  callId,
  functionName: calledName,
  url: callbackUrl,
  /** The function's status at the last attempt; 503 when it could not be reached, 504 when it was too slow. */
  status: z.int().min(100).max(999),
  /** The end-to-end headers of the function's answer. */
  headers: headerPairs,
  durationSeconds: z.number().nonnegative(),
  /** How often the job was retried. */
  retries: z.int().nonnegative(),
  /** How often its policy allows it to be retried. */
  maxRetries: z.int().nonnegative(),
});

export type Callback = z.infer<typeof callbackMetadata> & WithBody;

export const callbackEnvelope = envelopeCodec('callback', callbackMetadata);
