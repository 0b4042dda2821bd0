import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Instance } from '@later/runtime-contract';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Asked {
  readonly method?: string;
  /** With its query. */
  readonly target?: string;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** An instance behind a real server, which is all that stands before one: so it is called as it will be. */
export class Callable {
  /** For each call from now on, in ms. */
  timeoutMs = 120_000;
  /** Calls that the instance is answering. */
  answering = 0;
  /** What `answer` rejected with, which it never should. */
  readonly errors: unknown[] = [];
  readonly #server: Server;

  constructor(
    readonly instance: Instance,
    /** What the instance wrote to its log. */
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

  /** Where it can be called. */
  async port(): Promise<number> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Calls it over a connection of its own. Rejects when the answer breaks off. */
  async call({ method = 'POST', target = '/', headers = [], body, signal }: Asked = {}): Promise<Answer> {
    const port = await this.port();
    const length = body === undefined ? [] : ['Content-Length', String(body.length)];
    const sent = request({
      ...{ host: '127.0.0.1', port, method, path: target, agent: false },
      headers: ['Host', 'gateway.test', ...headers, ...length],
      ...(signal && { signal }),
    });
    // An answer may come before all of the body is sent.
    sent.end(body);
    const answered = Promise.withResolvers<Answer>();
    sent.on('error', answered.reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', answered.reject);
      const { statusCode: status = 0, headers } = response;
      response.on('end', () => answered.resolve({ status, headers, body: Buffer.concat(chunks) }));
    });
    return answered.promise;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}
