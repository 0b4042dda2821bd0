import type { HeaderPairs } from '@later/job-schema';

import { FunctionError } from './function-error.js';

/** The properties of a call. */
export type FunctionCallParts = Omit<FunctionCall, 'headers' | 'text' | 'json'>;

/** One call, as its function receives it. */
export class FunctionCall {
  readonly method: string;
  /** The path after the function's name, still percent-encoded; `/` when it is empty. */
  readonly path: string;
  /** The raw query without the `?`; empty when there is none. */
  readonly query: string;
  /** Names match in any spelling. The values of a repeated header are joined by `, `. */
  readonly headers: Headers;
  /** Every header field in order of arrival, with its original spelling. A repeated field occurs several times. */
  readonly rawHeaders: HeaderPairs;
  readonly body: Uint8Array;
  /** `X-Call-Id`: the same in every log line and every attempt. */
  readonly callId: string;
  /** Counted from 1. Above 1, an earlier attempt may have had effects. */
  readonly attempt: number;
  /** Aborts when the client goes away or the function's timeout is over: no client reads the answer then. */
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
   * @throws FunctionError 400 when the body is not JSON: that is the caller's fault
   */
  json(): unknown {
    try {
      return JSON.parse(this.text());
    } catch (cause) {
      throw new FunctionError(400, 'The body is not JSON.', { cause });
    }
  }
}
