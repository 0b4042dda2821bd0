import type { HeaderPairs } from '@later/job-schema';

import { FunctionError } from './function-error.js';

/** What a call is made of. */
export type FunctionCallParts = Omit<FunctionCall, 'headers' | 'text' | 'json'>;

/** One call, as its function sees it. */
export class FunctionCall {
  readonly method: string;
  /** What follows the function's name, percent-encoding untouched; `/` when nothing does. */
  readonly path: string;
  /** What follows the `?`, untouched; empty when nothing does. */
  readonly query: string;
  /** Looked up in any spelling; a repeated header's values are joined by `, `. */
  readonly headers: Headers;
  /** Every header field in the order it came, with its spelling, a repeated one once for each time. */
  readonly rawHeaders: HeaderPairs;
  readonly body: Uint8Array;
  /** `X-Call-Id`: the same in every log and for every attempt. */
  readonly callId: string;
  /** Counted from 1: above it, the call was tried before and may have had effects. */
  readonly attempt: number;
  /** Aborts when the client goes away or the function's timeout is over: stop, nobody reads the answer. */
  readonly signal: AbortSignal;

  constructor(parts: FunctionCallParts) {
    this.method = parts.method;
    this.path = parts.path;
    this.query = parts.query;
    this.rawHeaders = parts.rawHeaders;
    this.headers = new Headers(parts.rawHeaders.map(([name, value]) => [name, value]));
    this.body = parts.body;
    this.callId = parts.callId;
    this.attempt = parts.attempt;
    this.signal = parts.signal;
  }

  /** The body as UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.body);
  }

  /**
   * The body as JSON.
   * @throws FunctionError 400 when it is none: the caller's fault, not the function's
   */
  json(): unknown {
    try {
      return JSON.parse(this.text());
    } catch (cause) {
      throw new FunctionError(400, 'The body is not JSON.', { cause });
    }
  }
}
