import type { IncomingMessage } from 'node:http';

import type { FunctionTarget, Refusal } from '@later/http-kit';
import type { CallId } from '@later/job-schema';
import { readTimeout } from '@later/provider-client';

import { readCallTarget } from './call-target.js';
import { callHeaders } from './function-headers.js';
import { identifyCall } from './identify-call.js';
import { refusals } from './refusals.js';
import { startTimeNs } from './start-time.js';

/** A call before its function is looked up and its body read. */
export interface Call {
  readonly target: FunctionTarget;
  readonly callId: CallId;
  readonly acceptedAtNs: string;
}

export function readCall(request: IncomingMessage): Call | { readonly refusal: Refusal } {
  const named = readCallTarget(request);
  if ('refusal' in named) return named;
  const refusal = refusalOfTimeout(request);
  return refusal ? { refusal } : { ...named, ...identifyCall(request), acceptedAtNs: startTimeNs() };
}

/** An unreadable timeout is an error: without one, the caller would wait longer than it wants to. */
function refusalOfTimeout({ headers }: IncomingMessage): Refusal | undefined {
  const given = headers['x-timeout']?.toString();
  return given === undefined || readTimeout(given) !== undefined ? undefined : refusals.badTimeout(given);
}

/** The headers by which the caller can ask about the call: on every answer, also on a refusal. */
export const identityOf = ({ callId, acceptedAtNs }: Call): Readonly<Record<string, string>> =>
  Object.fromEntries(callHeaders(callId, acceptedAtNs));
