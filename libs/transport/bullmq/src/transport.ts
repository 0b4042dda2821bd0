import type { Depth, Handler, Message, SubscribeOptions, Subscription, Transport } from '@later/transport-contract';

import { readDepth } from './depth.js';
import type { Announcer } from './lanes/announcer.js';
import type { Lanes } from './lanes/lanes.js';
import { WakeUpCalls } from './lanes/wake-up-calls.js';
import type { BullMqLink } from './link/link.js';
import { runScript } from './link/scripts.js';
import { jobIdOf, queueKeys } from './names.js';
import type { BullMqPublisher } from './publisher.js';
import { startSubscription } from './subscription.js';

export interface BullMqTransportParts {
  readonly link: BullMqLink;
  readonly lanes: Lanes;
  readonly announcer: Announcer;
  readonly publisher: BullMqPublisher;
}

/** The transport contract on BullMQ and Redis. */
export class BullMqTransport implements Transport {
  readonly #parts: BullMqTransportParts;
  readonly #wakeUpCalls: WakeUpCalls;

  constructor(parts: BullMqTransportParts) {
    this.#parts = parts;
    this.#wakeUpCalls = new WakeUpCalls(parts.link);
  }

  publish(queue: string, message: Message): Promise<void> {
    return this.#parts.publisher.publish(queue, message);
  }

  async subscribe(queue: string, handler: Handler, options: SubscribeOptions): Promise<Subscription> {
    const { link, lanes, announcer } = this.#parts;
    link.assertOpen();
    return startSubscription({ link, queue, lanes, announcer, wakeUpCalls: this.#wakeUpCalls }, handler, options);
  }

  remove(queue: string, id: string): Promise<boolean> {
    const { link } = this.#parts;
    const { lanes, lanePrefix } = queueKeys(queue);
    const args = [lanes, lanePrefix, jobIdOf(id)];
    return link.run(queue, async () => (await runScript(link.client, 'laterRemove', args)) === 1);
  }

  depth(queue: string): Promise<Depth> {
    const { link } = this.#parts;
    return link.run(queue, () => readDepth(link, queue));
  }
}
