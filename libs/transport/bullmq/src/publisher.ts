import { setTimeout as delay } from 'node:timers/promises';

import { TransportUnavailableError, type Message } from '@later/transport-contract';

import type { Announcer } from './announcer.js';
import { within } from './deadline.js';
import type { Lanes } from './lanes.js';
import type { MemoryReserve } from './memory-reserve.js';
import { closed, explain } from './redis-errors.js';

/** How soon publishing is tried again while Redis is away. */
const againMs = 100;

export interface PublisherOptions {
  readonly lanes: Lanes;
  readonly announcer: Announcer;
  readonly reserve: MemoryReserve;
  readonly timeoutMs: number;
  readonly closing: AbortSignal;
}

/** Stores messages, riding over an outage that is shorter than its deadline. */
export class Publisher {
  readonly #lanes: Lanes;
  readonly #announcer: Announcer;
  readonly #reserve: MemoryReserve;
  readonly #timeoutMs: number;
  readonly #closing: AbortSignal;

  constructor({ lanes, announcer, reserve, timeoutMs, closing }: PublisherOptions) {
    this.#lanes = lanes;
    this.#announcer = announcer;
    this.#reserve = reserve;
    this.#timeoutMs = timeoutMs;
    this.#closing = closing;
  }

  async publish(queue: string, message: Message): Promise<void> {
    if (this.#closing.aborted) throw closed();
    try {
      await within(this.#timeoutMs, this.#untilStored(queue, message));
    } catch (error) {
      throw explain(error, queue);
    }
  }

  /** The same id each time, so that a try whose answer was lost does not become a second message. */
  async #untilStored(queue: string, message: Message): Promise<void> {
    const deadline = performance.now() + this.#timeoutMs;
    for (;;) {
      try {
        await this.#reserve.admit(queue, message.body.byteLength);
        await this.#lanes.get(queue, message.lane).store(message);
        return await this.#announcer.announce(queue, message.lane);
      } catch (error) {
        const explained = explain(error, queue);
        const hopeless = !(explained instanceof TransportUnavailableError);
        if (hopeless || this.#closing.aborted || performance.now() + againMs > deadline) throw explained;
        await delay(againMs);
      }
    }
  }
}
