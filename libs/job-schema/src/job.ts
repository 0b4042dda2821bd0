import { z } from 'zod';

import { callId } from './call-id.js';
import { callbackUrl } from './callback-url.js';
import { envelopeCodec, type WithBody } from './envelope.js';
import { calledName } from './function-name.js';
import { headerPairs } from './headers.js';

/** The durable form of a call, as it waits in the calls queue. */
export const jobMetadata = z.object({
  /** Unique to this acceptance, and the id of its message: a caller's call id may come twice. */
  id: z.string(),
  callId,
  /** As called: with `.namespace` if it was given. */
  functionName: calledName,
  method: z.string(),
  /** What came after the function's name, percent-encoding untouched; `/` when nothing did. */
  path: z.string(),
  /** Raw, without the `?`; empty when there was none. */
  query: z.string(),
  headers: headerPairs,
  callbackUrl: callbackUrl.optional(),
  /** When the gateway accepted it, in unix nanoseconds: the function's `X-Start-Time`. */
  acceptedAtNs: z.string(),
});

export type Job = z.infer<typeof jobMetadata> & WithBody;

export const jobEnvelope = envelopeCodec('job', jobMetadata);
