import { createInbox, nanos, type Msg, type Subscription } from '@nats-io/transport-node';

import type { NatsLink } from '../link/link.js';
import { nameOf, streamsOf } from '../names.js';
import type { PullRequest } from './lane-pulls.js';

/** A `fetch` request for messages that turn out to be gone ends after this time. */
const fetchExpiresMs = 30;

/** A `stand` request ends after this time, and the driver sends a new one. */
const standExpiresMs = 300_000;

/** The state of a request, as the server reports it. */
export type PullStatus = 'ended' | 'alive' | 'refused';

export interface PullInboxOptions {
  readonly queue: string;
  /** How often the server reports that a `stand` request is alive. */
  readonly heartbeatMs: number;
  readonly onMessage: (message: Msg) => void;
  readonly onStatus: (lane: string, number: number, status: PullStatus) => void;
}

/**
 * Sends pull requests and receives their messages, with one NATS subscription for all lanes. It does not use the client
 * library's `fetch`, which creates a subscription, a status iterator and timers for every request, and does not tell
 * which request ended. The driver needs that to know that a lane is empty (ADR-13 of nats-architecture-and-design).
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

  send({ lane, number, batch, kind }: PullRequest): void {
    const request =
      kind === 'fetch'
        ? { batch, no_wait: true, expires: nanos(fetchExpiresMs) }
        : { batch, expires: nanos(standExpiresMs), idle_heartbeat: nanos(this.#options.heartbeatMs) };
    this.#link.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.${nameOf(lane)}`, JSON.stringify(request), {
      reply: `${this.#prefix}.${number}.${lane}`,
    });
  }

  /** Receives the messages that are on their way, then no more. `lanes` are those that may have a `stand` request. */
  async close(lanes: readonly string[]): Promise<void> {
    await this.#subscription.drain();
    // A redelivery that finds only requests of closed inboxes is late by an ack wait, and nats-server 2.9 delivers another
    // message twice (consumer.go, "We will redo this one"). A request for the consumer's info deletes such requests.
    const { consumers } = this.#link.jsm;
    await Promise.allSettled(lanes.map((lane) => consumers.info(this.#stream, nameOf(lane))));
  }

  #receive(message: Msg): void {
    if (!message.subject.startsWith(this.#prefix)) return this.#options.onMessage(message);
    const [number = '', lane = ''] = message.subject.slice(this.#prefix.length + 1).split('.');
    this.#options.onStatus(lane, Number(number), readPullStatus(message.headers?.code ?? 0));
  }
}

function readPullStatus(code: number): PullStatus {
  if (code === 100) return 'alive';
  // 404: no messages; 408: timed out, or other requests were first. Other codes: deleted, too many requests.
  return code === 404 || code === 408 ? 'ended' : 'refused';
}
