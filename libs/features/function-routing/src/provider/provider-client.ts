import type { Readable } from 'node:stream';

import { Deadline, readBody } from '@later/http-kit';
import { functionStatus, type FunctionAddress, type FunctionStatus } from '@later/job-schema';
import { Agent } from 'undici';
import { z } from 'zod';

import { fullName } from '../function-directory.js';
import { ProviderUnavailableError } from './provider-unavailable-error.js';

/** A call waits for this: who cannot say in this time where a function is, is as good as away. */
const lookupMs = 3_000;
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

/** Speaks the REST API that every OpenFaaS provider has. Whatever goes wrong is a `ProviderUnavailableError`. */
export class ProviderClient {
  readonly #http = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
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

  /** Where the provider takes calls to a function; needs no authorization. */
  upstreamOf(address: FunctionAddress): URL {
    return new URL(`${this.url}/function/${fullName(address)}`);
  }

  /** @returns undefined when no function has this name */
  async functionStatus(address: FunctionAddress): Promise<FunctionStatus | undefined> {
    // In a path these would stand for another one.
    if (address.name === '.' || address.name === '..') return undefined;
    const path = `/system/function/${encodeURIComponent(address.name)}?${namespaceQuery(address)}`;
    const answer = await this.pass({ method: 'GET', path }, lookupMs);
    return answer.status === 404 ? undefined : this.#read(functionStatus, answer, `GET ${path}`);
  }

  /** Every function of a namespace. */
  async functions(namespace: string): Promise<readonly FunctionStatus[]> {
    const path = `/system/functions?${namespaceQuery({ namespace })}`;
    // An empty list is `null` in Go.
    const list = z
      .array(functionStatus)
      .nullable()
      .transform((given) => given ?? []);
    return this.#read(list, await this.pass({ method: 'GET', path }), `GET ${path}`);
  }

  /** Asks for this many instances; resolves once the provider has taken it on, not when they are up. */
  async scale(address: FunctionAddress, replicas: number): Promise<void> {
    const { name, namespace } = address;
    const path = `/system/scale-function/${encodeURIComponent(name)}?${namespaceQuery(address)}`;
    const body = Buffer.from(JSON.stringify({ serviceName: name, namespace, replicas }));
    const answer = await this.pass({ method: 'POST', path, body });
    if (answer.status >= 300) throw this.#confused(answer, `POST ${path}`);
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

  #read<Schema extends z.ZodType>(schema: Schema, answer: ProviderAnswer, asked: string): z.output<Schema> {
    if (answer.status !== 200) throw this.#confused(answer, asked);
    const parsed = schema.safeParse(parseJson(answer.body));
    if (parsed.success) return parsed.data;
    const { path, message } = parsed.error.issues[0]!;
    const fault = `answered ${asked} with what cannot be read: ${path.map(String).join('.') || 'body'}: ${message}`;
    throw new ProviderUnavailableError('confused', this.url, fault);
  }

  #confused({ status }: ProviderAnswer, asked: string): ProviderUnavailableError {
    const kind = status === 401 ? 'unauthorized' : 'confused';
    return new ProviderUnavailableError(kind, this.url, `answered ${asked} with status ${status}`);
  }

  #unreachable(cause: unknown): ProviderUnavailableError {
    const why = cause instanceof Error ? (codeOf(cause) ?? (cause.message || cause.name)) : String(cause);
    return new ProviderUnavailableError('unreachable', this.url, `cannot be reached: ${why}`, { cause });
  }
}

const namespaceQuery = ({ namespace }: Pick<FunctionAddress, 'namespace'>): string =>
  `namespace=${encodeURIComponent(namespace)}`;

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
