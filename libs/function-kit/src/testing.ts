import { newCallId, type HeaderPairs } from '@later/job-schema';

import { FunctionCall, type FunctionCallParts } from './calling/function-call.js';

/** The parts of a call that a test sets. Text and objects become bytes. */
export interface CallDraft extends Partial<Omit<FunctionCallParts, 'rawHeaders' | 'body'>> {
  readonly headers?: Readonly<Record<string, string>> | HeaderPairs;
  readonly body?: string | Uint8Array | object;
}

/** Makes a call to test a function's method without HTTP: by default an empty `POST /`. */
export function aFunctionCall({ headers = {}, body = '', ...draft }: CallDraft = {}): FunctionCall {
  return new FunctionCall({
    method: 'POST',
    path: '/',
    query: '',
    callId: newCallId(),
    attempt: 1,
    signal: new AbortController().signal,
    ...draft,
    rawHeaders: isPairs(headers) ? headers : Object.entries(headers),
    body: bytesOf(body),
  });
}

const isPairs = (headers: NonNullable<CallDraft['headers']>): headers is HeaderPairs => Array.isArray(headers);

function bytesOf(body: NonNullable<CallDraft['body']>): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
