import { setTimeout as delay } from 'node:timers/promises';

import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';

import { readServerAddress } from './server-address.js';

/** For a single request: a broker that is slower than this is taken for frozen. */
export const requestTimeoutMs = 2_000;

/**
 * One connection to the server, and whether it is up. Reconnecting is the client's; what must be set up anew after it
 * is told by `onUp`.
 */
export class NatsLink {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly #upListeners = new Set<() => void>();
  #downSince?: number;

  private constructor(
    readonly nc: NatsConnection,
    jsm: JetStreamManager,
  ) {
    this.js = jetstream(nc, { timeout: requestTimeoutMs });
    this.jsm = jsm;
    void this.#follow().catch(() => undefined);
  }

  static async open(url: string): Promise<NatsLink> {
    const nc = await connect({
      ...readServerAddress(url),
      name: 'later',
      timeout: requestTimeoutMs,
      maxReconnectAttempts: -1,
      // Together at most half a second; the jitter keeps a fleet from coming back in step.
      reconnectTimeWait: 200,
      reconnectJitter: 300,
      // A server that answers no ping for six seconds is left, so that another of a cluster can be found.
      pingInterval: 2_000,
      maxPingOut: 2,
      // A stack trace per request costs more than the request.
      noAsyncTraces: true,
    });
    return new NatsLink(nc, await jetstreamManager(nc, { timeout: requestTimeoutMs, checkAPI: false }));
  }

  /** How long the connection has been down, in ms; 0 when it is up. */
  get downForMs(): number {
    return this.#downSince === undefined ? 0 : Math.max(1, performance.now() - this.#downSince);
  }

  get isClosed(): boolean {
    return this.nc.isClosed();
  }

  /** Told of every return of the connection. Returns what stops that. */
  onUp(listener: () => void): () => void {
    this.#upListeners.add(listener);
    return () => void this.#upListeners.delete(listener);
  }

  /** Resolves with the answer. While the connection is down there is none: rejects after the timeout. */
  request(subject: string, payload: string | Uint8Array, timeout = requestTimeoutMs): Promise<Msg> {
    return this.nc.request(subject, payload, { timeout });
  }

  async close(): Promise<void> {
    // Closing flushes first, which a frozen server never answers.
    await Promise.race([this.nc.close().catch(() => undefined), delay(1_000, undefined, { ref: false })]);
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.nc.status()) {
      if (type === 'disconnect') this.#downSince ??= performance.now();
      if (type !== 'reconnect') continue;
      this.#downSince = undefined;
      for (const listener of this.#upListeners) listener();
    }
  }
}
