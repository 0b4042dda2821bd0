import type { Redis } from 'ioredis';
import pTimeout from 'p-timeout';

import type { BullMqLink } from '../link/link.js';
import { decodeName, queueKeys } from '../names.js';

/** Called when a lane received a message. Called without a lane when calls may have been missed. */
export type WakeListener = (lane?: string) => void;

/** How long `listen` waits for Redis. After that the subscription is made when Redis is ready again. */
const subscribeTimeoutMs = 1_000;

/** Receives announcements on a second connection, because a Redis connection that subscribes can do nothing else. */
export class WakeUpCalls {
  readonly #link: BullMqLink;
  readonly #listeners = new Map<string, Set<WakeListener>>();
  #opened?: Redis;

  constructor(link: BullMqLink) {
    this.#link = link;
  }

  /** Returns a function that removes the listener. */
  async listen(queue: string, listener: WakeListener): Promise<() => void> {
    const channel = queueKeys(queue).wake;
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    const subscribed = this.#redis.subscribe(channel).catch(() => undefined);
    await pTimeout(subscribed, { milliseconds: subscribeTimeoutMs, message: false });
    return () => void this.#removeListener(channel, listener);
  }

  /** Sends a ping: the connection sends nothing else, so that only a ping can show that it is broken. */
  async checkConnection(): Promise<void> {
    await this.#redis.ping().catch(() => undefined);
  }

  /** The connection of the first listener serves all others. */
  get #redis(): Redis {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  #open(): Redis {
    const redis = this.#link.openAnother();
    redis.on('message', (channel: string, lane: string) => this.#call(channel, decodeName(lane)));
    redis.on('ready', () => void this.#resubscribe());
    return redis;
  }

  async #removeListener(channel: string, listener: WakeListener): Promise<void> {
    const listeners = this.#listeners.get(channel);
    listeners?.delete(listener);
    if (listeners?.size !== 0) return;
    this.#listeners.delete(channel);
    await this.#redis.unsubscribe(channel).catch(() => undefined);
  }

  async #resubscribe(): Promise<void> {
    const channels = [...this.#listeners.keys()];
    if (channels.length === 0) return;
    await this.#redis.subscribe(...channels).catch(() => undefined);
    for (const channel of channels) this.#call(channel);
  }

  #call(channel: string, lane?: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(lane);
  }
}
