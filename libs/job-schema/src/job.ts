import { z } from 'zod';

import { callId } from './call-id.js';
import { callbackUrl } from './callback-url.js';
import { envelopeCodec, type WithBody } from './envelope.js';
import { calledName } from './function-name.js';
import { headerPairs } from './headers.js';

/** The durable form of a call, as it waits in the calls queue. */
export const jobMetadata = z.object({
  /** Unique for each accepted call, and the id of its message. A call id is not unique: a caller may send it twice. */
  id: z.string(),
  callId,
  /** As the caller wrote it, with or without `.namespace`. */
  functionName: calledName,
  method: z.string(),
  /** The path after the function's name, with its percent-encoding unchanged; `/` when there is none. */
  path: z.string(),
  /** Unchanged, without the `?`; empty when there is none. */
  query: z.string(),
  headers: headerPairs,
  callbackUrl: callbackUrl.optional(),
  /** The time at which the gateway accepted the call, in unix nanoseconds; the function's `X-Start-Time`. */
  acceptedAtNs: z.string(),
});

export type Job = z.infer<typeof jobMetadata> & WithBody;

export const jobEnvelope = envelopeCodec('job', jobMetadata);
