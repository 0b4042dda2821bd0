import type { Readable } from 'node:stream';

import { callingAgent, Deadline, readBody } from '@later/http-kit';

import { ProviderUnavailableError } from './provider-unavailable-error.js';

/** `faas-cli` also waits for a minute; a provider may pull an image in this time. */
const writeMs = 60_000;
const maxAnswerBytes = 64 * 1024 ** 2;

/** A request of the OpenFaaS provider API. */
export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query, encoded: `/system/functions?namespace=openfaas-fn`. */
  readonly path: string;
  /** JSON, unless it is empty. */
  readonly body?: Uint8Array;
}

/** The provider's answer, unchanged. */
export interface ProviderAnswer<Body = Buffer> {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Body;
}

export interface ProviderClientOptions {
  /** A user and password in it are ignored: see `authorization`. */
  readonly url: URL;
  /** The value of the `Authorization` header, for a provider that asks for one. */
  readonly authorization?: string | undefined;
}

/** Sends requests to a provider as one user. Every failure on the way is a `ProviderUnavailableError`. */
export class ProviderRequests {
  readonly #http = callingAgent();
  readonly #origin: string;
  readonly #basePath: string;
  readonly #authorization: string | undefined;

  constructor({ url, authorization }: ProviderClientOptions) {
    this.#origin = url.origin;
    this.#basePath = url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : url.pathname;
    this.#authorization = authorization;
  }

  /** The provider's URL, without user and password. */
  get url(): string {
    return `${this.#origin}${this.#basePath}`;
  }

  /** Sends any request. An answer of any status is returned, not thrown. */
  async request(request: ProviderRequest, timeoutMs = writeMs): Promise<ProviderAnswer> {
    using deadline = new Deadline(timeoutMs);
    try {
      const { body, ...answer } = await this.#send(request, deadline.signal);
      return { ...answer, body: await readBody(body, maxAnswerBytes).finally(() => body.destroy()) };
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  /** Sends a request whose answer may be endless: its body ends when `signal` aborts. */
  async openStream(request: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer<Readable>> {
    // The deadline ends with the answer's headers: a followed log may be silent for hours.
    const headersDeadline = new Deadline(writeMs, signal);
    try {
      const answer = await this.#send(request, headersDeadline.signal);
      headersDeadline[Symbol.dispose]();
      const end = (): void => void answer.body.destroy();
      signal.addEventListener('abort', end, { once: true });
      answer.body.once('close', () => signal.removeEventListener('abort', end));
      return answer;
    } catch (error) {
      headersDeadline[Symbol.dispose]();
      signal.throwIfAborted();
      throw this.#unreachable(error);
    }
  }

  /** Ends the requests in flight. May be called twice. */
  async close(): Promise<void> {
    await this.#http.destroy();
  }

  async #send({ method, path, body }: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer<Readable>> {
    const answer = await this.#http.request({
      origin: this.#origin,
      path: `${this.#basePath}${path}`,
      method,
      headers: {
        accept: 'application/json',
        ...(this.#authorization !== undefined && { authorization: this.#authorization }),
        ...(body?.length && { 'content-type': 'application/json' }),
      },
      body: body?.length ? body : null,
      signal,
    });
    return { status: answer.statusCode, contentType: answer.headers['content-type']?.toString(), body: answer.body };
  }

  #unreachable(cause: unknown): ProviderUnavailableError {
    const reason = cause instanceof Error ? (codeOf(cause) ?? (cause.message || cause.name)) : String(cause);
    return new ProviderUnavailableError('unreachable', this.url, `cannot be reached: ${reason}`, { cause });
  }
}

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;
