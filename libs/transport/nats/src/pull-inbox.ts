import { createInbox, nanos, type Msg, type Subscription } from '@nats-io/transport-node';

import type { Ask } from './lane-pulls.js';
import type { NatsLink } from './nats-link.js';
import { nameOf, streamsOf } from './subjects.js';

/** A request that takes what is there now ends this soon when there turns out to be nothing. */
const nowExpiresMs = 30;

/** A request that stands by is made anew after this long. */
const standingExpiresMs = 300_000;

/** What the server says of a request, other than with a message. */
export type PullStatus = 'ended' | 'lives' | 'refused';

export interface PullInboxOptions {
  readonly queue: string;
  /** How often the server tells us that a standing request lives. */
  readonly heartbeatMs: number;
  readonly onMessage: (message: Msg) => void;
  readonly onStatus: (lane: string, number: number, status: PullStatus) => void;
}

/**
 * Where requested messages arrive: one subscription for all lanes. The client library's own `fetch` makes a
 * subscription, a status iterator and timers for every request; and it cannot tell which request is over, which is how
 * we know that a lane has run dry. So the requests are made by hand (ADR-13 of nats-architecture-and-design).
 */
export class PullInbox {
  readonly #link: NatsLink;
  readonly #options: PullInboxOptions;
  readonly #prefix = createInbox();
  readonly #subscription: Subscription;
  readonly #stream: string;

  constructor(link: NatsLink, options: PullInboxOptions) {
    this.#link = link;
    this.#options = options;
    this.#stream = streamsOf(options.queue).messages;
    this.#subscription = link.nc.subscribe(`${this.#prefix}.>`, {
      callback: (error, message) => {
        if (!error) this.#receive(message);
      },
    });
  }

  ask({ lane, number, batch, now }: Ask): void {
    const request = now
      ? { batch, no_wait: true, expires: nanos(nowExpiresMs) }
      : { batch, expires: nanos(standingExpiresMs), idle_heartbeat: nanos(this.#options.heartbeatMs) };
    this.#link.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.${nameOf(lane)}`, JSON.stringify(request), {
      reply: `${this.#prefix}.${number}.${lane}`,
    });
  }

  /** Takes in what is on its way, then nothing more. `lanes` are those that may have a request waiting. */
  async close(lanes: readonly string[]): Promise<void> {
    await this.#subscription.drain();
    // A redelivery that finds only requests of the gone takes 2.9 out of step (consumer.go, "We will redo this one"):
    // it is late by an ack wait, and another is delivered twice. Asking for a consumer's info sweeps them out.
    const { consumers } = this.#link.jsm;
    await Promise.allSettled(lanes.map((lane) => consumers.info(this.#stream, nameOf(lane))));
  }

  #receive(message: Msg): void {
    if (!message.subject.startsWith(this.#prefix)) return this.#options.onMessage(message);
    const [number = '', lane = ''] = message.subject.slice(this.#prefix.length + 1).split('.');
    this.#options.onStatus(lane, Number(number), statusOf(message.headers?.code ?? 0));
  }
}

function statusOf(code: number): PullStatus {
  if (code === 100) return 'lives';
  // 404: no messages; 408: timed out, or others asked first. The rest: deleted, too many requests.
  return code === 404 || code === 408 ? 'ended' : 'refused';
}
