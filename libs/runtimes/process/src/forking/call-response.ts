import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';

import { laterHeaders } from '@later/job-schema';

import { responseFor, type CallVerdict } from './call-verdict.js';

const binary = 'application/octet-stream';
const text = 'text/plain; charset=utf-8';

/** Writes the response of one call, and measures it. */
export class CallResponse {
  /** How many bytes of the function's output were written. */
  bytes = 0;
  readonly #started = performance.now();

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    /** Replaces the request's own content type. */
    private readonly contentType: string | undefined,
  ) {}

  get durationSeconds(): number {
    return (performance.now() - this.#started) / 1_000;
  }

  /** Sends output as it is written; the response begins with the first byte. */
  async stream(output: Readable, signal: AbortSignal): Promise<void> {
    const count = async function* (this: CallResponse, chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        if (!this.response.headersSent) this.#begin(200, binary, {});
        this.bytes += chunk.length;
        yield chunk;
      }
    }.bind(this);
    await pipeline(output, count, this.response, { end: false, signal });
  }

  /** Ends the response as the verdict says; aborts a response that has begun when the function failed. */
  finish(verdict: CallVerdict): void {
    const { response } = this;
    if (response.destroyed) return;
    const { status, body } = responseFor(verdict);
    if (response.headersSent) {
      if (status === 200) response.end();
      else response.destroy();
      return;
    }
    if (status === 200) this.bytes = body.length;
    this.#begin(status, status === 200 && !isUtf8(body) ? binary : text, { 'Content-Length': String(body.length) });
    response.end(body);
  }

  /** @param defaultType the content type when neither the function nor the request names one */
  #begin(status: number, defaultType: string, headers: Record<string, string>): void {
    this.response.writeHead(status, {
      'Content-Type': (status === 200 && this.#contentType()) || defaultType,
      [laterHeaders.durationSeconds]: this.durationSeconds.toFixed(6),
      ...headers,
    });
  }

  #contentType(): string | undefined {
    return this.contentType || this.request.headers['content-type'];
  }
}
