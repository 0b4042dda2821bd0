import type { Readable } from 'node:stream';

import { callingAgent, Deadline, readBody } from '@later/http-kit';

import { ProviderUnavailableError } from './provider-unavailable-error.js';

/** The client's own patience is a minute in `faas-cli`; a provider may pull an image meanwhile. */
const writeMs = 60_000;
const mostAnswerBytes = 64 * 1024 ** 2;

/** A request of the OpenFaaS provider API. */
export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query, encoded: `/system/functions?namespace=openfaas-fn`. */
  readonly path: string;
  /** JSON, unless it is empty. */
  readonly body?: Uint8Array;
}

/** What the provider said, as it said it. */
export interface ProviderAnswer<Body = Buffer> {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: Body;
}

export interface ProviderClientOptions {
  /** Its user is not read: see `authorization`. */
  readonly url: URL;
  /** The value of the `Authorization` header, for a provider that asks for one. */
  readonly authorization?: string | undefined;
}

/** Sends requests to a provider, as one user. Whatever goes wrong on the way is a `ProviderUnavailableError`. */
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

  /** Where the provider is, without a user. */
  get url(): string {
    return `${this.#origin}${this.#basePath}`;
  }

  /** Asks anything; an answer of any status is an answer. */
  async pass(request: ProviderRequest, timeoutMs = writeMs): Promise<ProviderAnswer> {
    using deadline = new Deadline(timeoutMs);
    try {
      const { body, ...answer } = await this.#send(request, deadline.signal);
      return { ...answer, body: await readBody(body, mostAnswerBytes).finally(() => body.destroy()) };
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  /** The same for an answer that may have no end: it is over when `signal` aborts. */
  async open(request: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer<Readable>> {
    // Only for the beginning of the answer: what is followed may be silent for hours.
    const beginning = new Deadline(writeMs, signal);
    try {
      const answer = await this.#send(request, beginning.signal);
      beginning[Symbol.dispose]();
      const end = (): void => void answer.body.destroy();
      signal.addEventListener('abort', end, { once: true });
      answer.body.once('close', () => signal.removeEventListener('abort', end));
      return answer;
    } catch (error) {
      beginning[Symbol.dispose]();
      signal.throwIfAborted();
      throw this.#unreachable(error);
    }
  }

  /** Ends what is under way; may be called twice. */
  async close(): Promise<void> {
    await this.#http.destroy();
  }

  async #send({ method, path, body }: ProviderRequest, signal: AbortSignal): Promise<ProviderAnswer<Readable>> {
    const answer = await this.#http.request({
      origin: this.#origin,
      path: `${this.#basePath}${path}`,
      method: method,
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
    const why = cause instanceof Error ? (codeOf(cause) ?? (cause.message || cause.name)) : String(cause);
    return new ProviderUnavailableError('unreachable', this.url, `cannot be reached: ${why}`, { cause });
  }
}

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;
