import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { TransportClosedError, TransportError } from '@later/transport-contract';
import pTimeout from 'p-timeout';

import { unavailable } from '../errors.js';
import { readServerAddress } from './server-address.js';

/** The limit of a single request. A server that takes longer counts as frozen. */
export const requestTimeoutMs = 2_000;

/** The limit of a ping; the contract names this figure. */
const pingTimeoutMs = 2_000;

/** The limit of each step of closing: a frozen server never answers. */
const closeTimeoutMs = 1_000;

/**
 * One connection to the server. The client library reconnects by itself; listeners of `onReconnect` repeat what the
 * server does not remember.
 */
export class NatsLink {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly #reconnectListeners = new Set<() => void>();
  readonly #closeListeners = new Set<() => Promise<void>>();
  #downSince?: number;
  #closed?: Promise<void>;

  private constructor(
    readonly nc: NatsConnection,
    jsm: JetStreamManager,
    readonly url: string,
  ) {
    this.js = jetstream(nc, { timeout: requestTimeoutMs });
    this.jsm = jsm;
    void this.#followStatus().catch(() => undefined);
  }

  static async open(url: string): Promise<NatsLink> {
    const nc = await connect({
      ...readServerAddress(url),
      name: 'later',
      timeout: requestTimeoutMs,
      maxReconnectAttempts: -1,
      // At most half a second together. The jitter spreads the reconnects of many processes.
      reconnectTimeWait: 200,
      reconnectJitter: 300,
      // The client leaves a server that answers no ping for six seconds and tries the next one of the cluster.
      pingInterval: 2_000,
      maxPingOut: 2,
      // A stack trace per request costs more than the request.
      noAsyncTraces: true,
    });
    return new NatsLink(nc, await jetstreamManager(nc, { timeout: requestTimeoutMs, checkAPI: false }), url);
  }

  /** How long the connection has been down, in ms; 0 when it is up. */
  get downForMs(): number {
    return this.#downSince === undefined ? 0 : Math.max(1, performance.now() - this.#downSince);
  }

  get isClosed(): boolean {
    return this.nc.isClosed();
  }

  /** Calls the listener after each reconnect. Returns a function that removes the listener. */
  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener);
    return () => void this.#reconnectListeners.delete(listener);
  }

  /** Calls the listener when `close` starts, and waits for it up to a second. */
  beforeClose(listener: () => Promise<void>): void {
    this.#closeListeners.add(listener);
  }

  /** Sends a request. Rejects after the timeout, also while the connection is down. */
  request(subject: string, payload: string | Uint8Array, timeout = requestTimeoutMs): Promise<Msg> {
    return this.nc.request(subject, payload, { timeout });
  }

  /**
   * Runs one operation of the contract. Any error that is not a TransportError counts as a failure of the connection.
   * @throws TransportClosedError after `close`
   */
  async run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new TransportClosedError('nats');
    try {
      return await operation();
    } catch (error) {
      throw error instanceof TransportError ? error : unavailable(this.url, error);
    }
  }

  async ping(): Promise<void> {
    await this.run(async () => {
      if (this.downForMs > 0) throw new Error('The connection is down');
      // Asks JetStream, because the server can be up without it.
      await this.request('$JS.API.INFO', '', pingTimeoutMs);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const limit = { milliseconds: closeTimeoutMs, message: false } as const;
    await pTimeout(Promise.all([...this.#closeListeners].map((listener) => listener())), limit);
    await pTimeout(this.nc.close(), limit).catch(() => undefined);
  }

  async #followStatus(): Promise<void> {
    for await (const { type } of this.nc.status()) {
      if (type === 'disconnect') this.#downSince ??= performance.now();
      if (type !== 'reconnect') continue;
      this.#downSince = undefined;
      for (const listener of this.#reconnectListeners) listener();
    }
  }
}
