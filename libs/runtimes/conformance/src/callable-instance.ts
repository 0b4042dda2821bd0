import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Instance } from '@later/runtime-contract';

export interface ReceivedResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface CallRequest {
  readonly method?: string;
  /** Path and query. */
  readonly target?: string;
  /** Names and values alternate. */
  readonly headers?: readonly string[];
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** An instance behind a real HTTP server, so that tests call it as a provider does. */
export class CallableInstance {
  /** The time limit of each later call, in ms. */
  timeoutMs = 120_000;
  /** How many calls the instance is answering now. */
  answering = 0;
  /** The rejections of `answer`, which must never reject. */
  readonly errors: unknown[] = [];
  readonly #server: Server;

  constructor(
    readonly instance: Instance,
    /** The lines that the instance wrote to its log. */
    readonly log: readonly string[],
  ) {
    this.#server = createServer((incoming, response) => {
      const [path = '/', ...query] = (incoming.url ?? '/').split('?');
      this.answering++;
      this.instance
        .answer({ request: incoming, response, path, query: query.join('?'), timeoutMs: this.timeoutMs })
        .catch((error: unknown) => this.errors.push(error))
        .finally(() => this.answering--);
    }).listen(0, '127.0.0.1');
  }

  /** The port of the server on 127.0.0.1. */
  async port(): Promise<number> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Calls the instance over a new connection. Rejects when the response is aborted. */
  async call({
    method = 'POST',
    target = '/',
    headers = [],
    body,
    signal,
  }: CallRequest = {}): Promise<ReceivedResponse> {
    const port = await this.port();
    const length = body === undefined ? [] : ['Content-Length', String(body.length)];
    const sent = request({
      ...{ host: '127.0.0.1', port, method, path: target, agent: false },
      headers: ['Host', 'gateway.test', ...headers, ...length],
      ...(signal && { signal }),
    });
    // A response may arrive before the whole body is sent.
    sent.end(body);
    const received = Promise.withResolvers<ReceivedResponse>();
    sent.on('error', received.reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', received.reject);
      const { statusCode: status = 0, headers } = response;
      response.on('end', () => received.resolve({ status, headers, body: Buffer.concat(chunks) }));
    });
    return received.promise;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}
