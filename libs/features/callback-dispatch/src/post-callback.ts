import { Deadline } from '@later/http-kit';
import { rawHeadersOf, type Callback } from '@later/job-schema';
import type { Dispatcher } from 'undici';

import { callbackHeaders } from './callback-headers.js';
import type { CallbackTarget } from './callback-target.js';

/** The result of one attempt to post a callback. */
export type PostResult =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface PostCallback {
  readonly http: Dispatcher;
  readonly timeoutMs: number;
}

/** The answer's body is not used. Reading it, up to this size, keeps the connection for the next callback. */
const maxAnswerBytes = 64 * 1024;

/**
 * Posts a callback once. Redirects are not followed.
 * @throws the signal's reason when it aborts
 */
export async function postCallback(
  { http, timeoutMs }: PostCallback,
  { callback, target, signal }: { callback: Callback; target: CallbackTarget; signal: AbortSignal },
): Promise<PostResult> {
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
    if (deadline.passed) return { kind: 'failed', reason: `no answer within ${timeoutMs} ms` };
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
