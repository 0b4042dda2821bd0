import type { Depth, Handler, Message, SubscribeOptions, Subscription, Transport } from '@later/transport-contract';

import { readDepth } from './depth.js';
import type { QueuesInUse } from './lanes/queues-in-use.js';
import type { NatsLink } from './link/link.js';
import { Marks } from './marks/marks.js';
import { removeMessage } from './marks/remove-message.js';
import type { NatsPublisher } from './publisher.js';
import { startSubscription } from './subscription.js';

export interface NatsTransportParts {
  readonly link: NatsLink;
  readonly queues: QueuesInUse;
  readonly publisher: NatsPublisher;
  readonly ackWaitMs: number;
}

/** The transport contract on NATS JetStream. */
export class NatsTransport implements Transport {
  readonly #parts: NatsTransportParts;

  constructor(parts: NatsTransportParts) {
    this.#parts = parts;
  }

  publish(queue: string, message: Message): Promise<void> {
    const { link, publisher } = this.#parts;
    return link.run(() => publisher.publish(queue, message));
  }

  async subscribe(queue: string, handler: Handler, options: SubscribeOptions): Promise<Subscription> {
    const { link, queues, ackWaitMs } = this.#parts;
    const context = { link, queue, queues, marks: new Marks(link, queue), ackWaitMs };
    const subscription = await link.run(() => startSubscription(context, handler, options));
    link.beforeClose(() => subscription.drain(0));
    return subscription;
  }

  remove(queue: string, id: string): Promise<boolean> {
    const { link } = this.#parts;
    return link.run(() => removeMessage(link, queue, id));
  }

  depth(queue: string): Promise<Depth> {
    const { link } = this.#parts;
    return link.run(() => readDepth(link, queue));
  }
}
