import { randomUUID } from 'node:crypto';

import { z } from 'zod';

/**
 * Connects an accepted call to its job, its attempts, its callback and its log lines. Later makes a UUID. A caller may
 * send its own `X-Call-Id` of printable ASCII, for its tracing; that one need not be unique.
 */
export const callId = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'expected 1 to 200 printable ASCII characters without spaces')
  .brand<'CallId'>();

export type CallId = z.infer<typeof callId>;

export const newCallId = (): CallId => randomUUID() as string as CallId;
