import { Deadline } from '@later/http-kit';
import { rawHeadersOf, type Callback } from '@later/job-schema';
import type { Dispatcher } from 'undici';

import { callbackHeaders } from './callback-headers.js';
import type { CallbackTarget } from './callback-target.js';

/** What one attempt at posting a callback came to. */
export type Posted =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'failed'; readonly why: string };

export interface PostCallback {
  readonly http: Dispatcher;
  readonly timeoutMs: number;
}

/** As much of an answer as is read; it says nothing to us, but an unread one would cost its connection. */
const maxAnswerBytes = 64 * 1024;

/**
 * Posts a callback once. Redirects are not followed.
 * @throws the signal's reason when it aborts
 */
export async function postCallback(
  { http, timeoutMs }: PostCallback,
  { callback, target, signal }: { callback: Callback; target: CallbackTarget; signal: AbortSignal },
): Promise<Posted> {
  using deadline = new Deadline(timeoutMs, signal);
  try {
    const answer = await http.request({
      ...target,
      method: 'POST',
      headers: rawHeadersOf(callbackHeaders(callback)),
      body: callback.body,
      signal: deadline.signal,
    });
    await answer.body.dump({ limit: maxAnswerBytes }).catch(() => undefined);
    const retryAfter = answer.headers['retry-after']?.toString();
    return { kind: 'answered', status: answer.statusCode, ...(retryAfter !== undefined && { retryAfter }) };
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.passed) return { kind: 'failed', why: `no answer within ${timeoutMs} ms` };
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}
