import type { Redis } from 'ioredis';

import { within } from './deadline.js';
import { decode, queueKeys } from './keys.js';

/** Is told that a lane was given something to take, or, without a lane, that calls may have been missed. */
export type Woken = (lane?: string) => void;

/** How long listening waits for an answer. Where there is none yet, we subscribe once Redis is there. */
const patienceMs = 1_000;

/** Hears what is announced, on a connection of its own, which can do nothing else. */
export class WakeUpCalls {
  readonly #redis: Redis;
  readonly #listeners = new Map<string, Set<Woken>>();

  constructor(redis: Redis) {
    this.#redis = redis;
    redis.on('message', (channel: string, lane: string) => this.#call(channel, decode(lane)));
    redis.on('ready', () => void this.#subscribeAgain());
  }

  /** Returns how to stop. */
  async listen(queue: string, woken: Woken): Promise<() => void> {
    const channel = queueKeys(queue).wake;
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(woken));
    await within(patienceMs, this.#redis.subscribe(channel)).catch(() => undefined);
    return () => void this.#stop(channel, woken);
  }

  /** Makes a connection show whether it is still there: nothing else is ever sent on it. */
  async check(): Promise<void> {
    await this.#redis.ping().catch(() => undefined);
  }

  async #stop(channel: string, woken: Woken): Promise<void> {
    const listeners = this.#listeners.get(channel);
    listeners?.delete(woken);
    if (listeners?.size !== 0) return;
    this.#listeners.delete(channel);
    await this.#redis.unsubscribe(channel).catch(() => undefined);
  }

  async #subscribeAgain(): Promise<void> {
    const channels = [...this.#listeners.keys()];
    if (channels.length === 0) return;
    await this.#redis.subscribe(...channels).catch(() => undefined);
    for (const channel of channels) this.#call(channel);
  }

  #call(channel: string, lane?: string): void {
    for (const woken of this.#listeners.get(channel) ?? []) woken(lane);
  }
}
