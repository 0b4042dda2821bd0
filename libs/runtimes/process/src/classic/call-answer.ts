import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';

import { laterHeaders } from '@later/job-schema';

import { answerOf, type Verdict } from './verdict.js';

const binary = 'application/octet-stream';
const text = 'text/plain; charset=utf-8';

/** Writes one call's answer, and knows how it began. */
export class CallAnswer {
  /** Bytes of the function's that were written. */
  bytes = 0;
  readonly #started = performance.now();

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    /** In the place of the request's own. */
    private readonly contentType: string | undefined,
  ) {}

  get durationSeconds(): number {
    return (performance.now() - this.#started) / 1_000;
  }

  /** Passes output on as it comes; the answer begins with its first byte. */
  async stream(output: Readable, signal: AbortSignal): Promise<void> {
    const count = async function* (this: CallAnswer, chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        if (!this.response.headersSent) this.#begin(200, binary, {});
        this.bytes += chunk.length;
        yield chunk;
      }
    }.bind(this);
    await pipeline(output, count, this.response, { end: false, signal });
  }

  /** Ends it as the verdict says; an answer that has begun and did not end well is broken off. */
  finish(verdict: Verdict): void {
    const { response } = this;
    if (response.destroyed) return;
    const { status, body } = answerOf(verdict);
    if (response.headersSent) {
      if (status === 200) response.end();
      else response.destroy();
      return;
    }
    if (status === 200) this.bytes = body.length;
    this.#begin(status, status === 200 && !isUtf8(body) ? binary : text, { 'Content-Length': String(body.length) });
    response.end(body);
  }

  /** @param byItself the type of what is written, where neither the function nor the request names one */
  #begin(status: number, byItself: string, headers: Record<string, string>): void {
    this.response.writeHead(status, {
      'Content-Type': (status === 200 && this.#contentType()) || byItself,
      [laterHeaders.durationSeconds]: this.durationSeconds.toFixed(6),
      ...headers,
    });
  }

  #contentType(): string | undefined {
    return this.contentType || this.request.headers['content-type'];
  }
}
