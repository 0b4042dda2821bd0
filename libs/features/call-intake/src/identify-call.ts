import type { IncomingMessage } from 'node:http';

import type { Refusal } from '@later/http-kit';
import { callId, newCallId, type CallId } from '@later/job-schema';

import { refusals } from './refusals.js';

/** Reads the caller's `X-Call-Id`; makes a new id when the request has none. */
export function identifyCall(request: IncomingMessage): { readonly callId: CallId } | { readonly refusal: Refusal } {
  const own = request.headers['x-call-id'];
  if (own === undefined) return { callId: newCallId() };
  const parsed = callId.safeParse(own);
  return parsed.success ? { callId: parsed.data } : { refusal: refusals.badCallId(parsed.error.issues[0]!.message) };
}
