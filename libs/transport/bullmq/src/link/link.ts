import { RedisConnection, type RedisClient, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import pTimeout from 'p-timeout';

import { transportClosed, unavailable, withTransportErrors } from '../errors.js';
import { keyPrefix } from '../names.js';
import { closeRedis, openRedis, timeLimit, waitUntilReady } from './redis-connections.js';
import { defineScripts } from './scripts.js';

/** The limit of a ping; the contract names this figure. */
const pingTimeoutMs = 2_000;

// A dead consumer's deliveries start elsewhere within the ack wait + 5 s: this interval, and a second between surveys.
const stalledIntervalMs = 4_000;

export interface BullMqLinkOptions {
  readonly url: string;
  readonly ackWaitMs: number;
  /** The connection drops a server that leaves a command unanswered for this time, in ms. */
  readonly silentMs: number;
}

/** The connection that all lanes share, as ioredis, BullMQ's client and BullMQ see it. */
export class BullMqLink {
  readonly ackWaitMs: number;
  readonly workerOptions: WorkerOptions;
  readonly #url: string;
  readonly #silentMs: number;
  readonly #closing = new AbortController();
  readonly #connections: Redis[];

  private constructor(
    readonly redis: Redis,
    readonly bull: RedisConnection,
    readonly client: RedisClient,
    { url, ackWaitMs, silentMs }: BullMqLinkOptions,
  ) {
    this.#url = url;
    this.#silentMs = silentMs;
    this.#connections = [redis];
    this.ackWaitMs = ackWaitMs;
    this.workerOptions = {
      connection: redis,
      prefix: keyPrefix,
      lockDuration: ackWaitMs,
      stalledInterval: Math.min(stalledIntervalMs, ackWaitMs),
      // The features above the transport decide when to give up on a job.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    };
  }

  /** @throws TransportUnavailableError when Redis does not answer within `silentMs` */
  static async open(options: BullMqLinkOptions): Promise<BullMqLink> {
    const redis = openRedis(options.url, options.silentMs);
    try {
      await waitUntilReady(redis, options.silentMs);
      defineScripts(redis);
      // BullMQ's version check is off because it writes to the console.
      const bull = new RedisConnection(redis, { shared: true, blocking: false, skipVersionCheck: true });
      bull.on('error', () => undefined);
      return new BullMqLink(redis, bull, await bull.client, options);
    } catch (error) {
      await closeRedis(redis);
      throw unavailable(error);
    }
  }

  /** Aborts when `close` is called. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Opens another connection to the same server. `close` closes it too. */
  openAnother(): Redis {
    const redis = openRedis(this.#url, this.#silentMs);
    this.#connections.push(redis);
    return redis;
  }

  /** @throws TransportClosedError after `close` */
  assertOpen(): void {
    if (this.#closing.signal.aborted) throw transportClosed();
  }

  /**
   * Runs one operation of the contract on a queue.
   * @throws TransportClosedError after `close`
   */
  async run<T>(queue: string, operation: () => Promise<T>): Promise<T> {
    this.assertOpen();
    return withTransportErrors(queue, operation);
  }

  async ping(): Promise<void> {
    await this.run('', () => pTimeout(this.redis.ping(), timeLimit(pingTimeoutMs)));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#connections.map(closeRedis));
  }
}
