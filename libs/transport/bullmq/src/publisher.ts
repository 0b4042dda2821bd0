import { setTimeout as delay } from 'node:timers/promises';

import { TransportUnavailableError, type Message } from '@later/transport-contract';
import pTimeout from 'p-timeout';

import { toTransportError } from './errors.js';
import type { Announcer } from './lanes/announcer.js';
import type { Lanes } from './lanes/lanes.js';
import type { BullMqLink } from './link/link.js';
import { MemoryReserve } from './link/memory-reserve.js';
import { timeLimit } from './link/redis-connections.js';

/** The wait before the next try while Redis is unavailable. */
const retryDelayMs = 100;

export interface PublisherOptions {
  readonly link: BullMqLink;
  readonly lanes: Lanes;
  readonly announcer: Announcer;
  readonly timeoutMs: number;
}

/** Stores messages. It tries again until its time limit, so that a short outage of Redis fails no publish. */
export class BullMqPublisher {
  readonly #options: PublisherOptions;
  readonly #reserve: MemoryReserve;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#reserve = new MemoryReserve(options.link.redis);
  }

  async publish(queue: string, message: Message): Promise<void> {
    const { link, timeoutMs } = this.#options;
    link.assertOpen();
    try {
      await pTimeout(this.#storeWithRetries(queue, message), timeLimit(timeoutMs));
    } catch (error) {
      throw toTransportError(error, queue);
    }
  }

  /** Each try uses the same id, so that a try whose answer was lost cannot store a second message. */
  async #storeWithRetries(queue: string, message: Message): Promise<void> {
    const { link, lanes, announcer, timeoutMs } = this.#options;
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      try {
        await this.#reserve.admit(queue, message.body.byteLength);
        await lanes.get(queue, message.lane).store(message);
        return await announcer.announce(queue, message.lane);
      } catch (error) {
        const translated = toTransportError(error, queue);
        const isFinal = !(translated instanceof TransportUnavailableError);
        if (isFinal || link.closing.aborted || performance.now() + retryDelayMs > deadline) throw translated;
        await delay(retryDelayMs);
      }
    }
  }
}
