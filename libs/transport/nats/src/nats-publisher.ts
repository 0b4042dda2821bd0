import { setTimeout as delay } from 'node:timers/promises';

import { deadline, type MsgHdrs } from '@nats-io/transport-node';
import { MessageTooLargeError, type Message } from '@later/transport-contract';

import { apiCode, codeOf, isFull, isMissing, queueFull, unavailable } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import type { QueuesInUse } from './queues-in-use.js';
import { encodeToken, subjectsOf } from './subjects.js';
import { messageHeaders } from './wire-message.js';

const againAfterMs = 50;

/** A connection that has been down for longer is not waited for: its caller has callers who wait, too. */
const patienceMs = 1_000;

/** The frame of the headers, and `Nats-Msg-Id`, which may be as long as an id can get when it is written as a token. */
const headerAllowance = 2_000;

/** Stores messages, or says in bounded time that it could not. */
export class NatsPublisher {
  readonly #link: NatsLink;
  readonly #queues: QueuesInUse;
  readonly #url: string;
  readonly #timeoutMs: number;

  constructor(link: NatsLink, queues: QueuesInUse, config: { url: string; publishTimeoutMs: number }) {
    this.#link = link;
    this.#queues = queues;
    this.#url = config.url;
    this.#timeoutMs = config.publishTimeoutMs;
  }

  /** @param dedupeId what makes a second try known to the server; the message's id unless it is a redrive */
  async publish(queue: string, message: Message, dedupeId = encodeToken(message.id)): Promise<void> {
    const headers = messageHeaders(message);
    this.#checkSize(message, headers);
    const until = performance.now() + this.#timeoutMs;
    for (;;) {
      try {
        return await this.#publishOnce(queue, message, { msgID: dedupeId, headers }, until);
      } catch (error) {
        if (isFull(error)) throw queueFull(queue);
        if (codeOf(error) === apiCode.messageTooLarge) throw this.#tooLarge(message);
        if (isMissing(error)) this.#queues.forget();
        const isHopeless = this.#link.isClosed || this.#link.downForMs > patienceMs;
        if (isHopeless || performance.now() + againAfterMs >= until) throw unavailable(this.#url, error);
        await delay(againAfterMs);
      }
    }
  }

  async #publishOnce(
    queue: string,
    { lane, body }: Message,
    options: { msgID: string; headers: MsgHdrs },
    until: number,
  ): Promise<void> {
    if (this.#link.downForMs > 0) throw new Error('The connection is down');
    const leftMs = Math.max(1, until - performance.now());
    if (!this.#queues.isReady(queue, lane)) await deadline(this.#queues.lane(queue, lane), leftMs);
    // Half of the time, so that there is a second try within it.
    const timeout = Math.max(1, Math.min(until - performance.now(), this.#timeoutMs / 2));
    await this.#link.js.publish(subjectsOf(queue).lane(encodeToken(lane)), body, { ...options, timeout });
  }

  #checkSize(message: Message, headers: MsgHdrs): void {
    const ours = [...headers].reduce((sum, [name, [value = '']]) => sum + name.length + value.length, headerAllowance);
    if (message.body.byteLength + ours > this.#maxPayload) throw this.#tooLarge(message);
  }

  get #maxPayload(): number {
    return this.#link.nc.info?.max_payload ?? Infinity;
  }

  #tooLarge({ body }: Message): MessageTooLargeError {
    const limit = this.#maxPayload - headerAllowance;
    return new MessageTooLargeError(body.byteLength, limit, 'Raise max_payload of the nats-server, or send less.');
  }
}
