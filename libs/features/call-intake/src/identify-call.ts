import type { IncomingMessage } from 'node:http';

import { callId, newCallId, type CallId } from '@later/job-schema';

import { refusals, type Refusal } from './refusal.js';

/** The caller's own `X-Call-Id` if it sent a usable one, else a new one. */
export function identifyCall(request: IncomingMessage): { readonly callId: CallId } | { readonly refusal: Refusal } {
  const own = request.headers['x-call-id'];
  if (own === undefined) return { callId: newCallId() };
  const parsed = callId.safeParse(own);
  return parsed.success ? { callId: parsed.data } : { refusal: refusals.badCallId(parsed.error.issues[0]!.message) };
}
