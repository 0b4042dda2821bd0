import { setTimeout as delay } from 'node:timers/promises';

import type { MsgHdrs } from '@nats-io/transport-node';
import { MessageTooLargeError, type Message } from '@later/transport-contract';
import pTimeout from 'p-timeout';

import { apiCode, codeOf, isFull, isMissing, queueFull, unavailable } from './errors.js';
import type { QueuesInUse } from './lanes/queues-in-use.js';
import type { NatsLink } from './link/link.js';
import { encodeToken, subjectsOf } from './names.js';
import { messageHeaders } from './wire.js';

const publishAgainAfterMs = 50;

/** A publish fails at once when the connection has been down for longer than this: its caller has callers that wait. */
const longestOutageMs = 1_000;

/** The bytes for the frame of the headers and for `Nats-Msg-Id`, which can be as long as the longest encoded id. */
const headerAllowance = 2_000;

/** Stores messages, or rejects within the publish timeout. */
export class NatsPublisher {
  readonly #link: NatsLink;
  readonly #queues: QueuesInUse;
  readonly #timeoutMs: number;

  constructor(link: NatsLink, queues: QueuesInUse, timeoutMs: number) {
    this.#link = link;
    this.#queues = queues;
    this.#timeoutMs = timeoutMs;
  }

  /** @param dedupeId the id by which the server recognises a second try; the message's id, except for a redrive */
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
        const isHopeless = this.#link.isClosed || this.#link.downForMs > longestOutageMs;
        if (isHopeless || performance.now() + publishAgainAfterMs >= until) throw unavailable(this.#link.url, error);
        await delay(publishAgainAfterMs);
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
    if (!this.#queues.isReady(queue, lane)) {
      const milliseconds = Math.max(1, until - performance.now());
      await pTimeout(this.#queues.prepareLane(queue, lane), { milliseconds });
    }
    // Half of the time leaves the other half for a second try.
    const timeout = Math.max(1, Math.min(until - performance.now(), this.#timeoutMs / 2));
    await this.#link.js.publish(subjectsOf(queue).lane(encodeToken(lane)), body, { ...options, timeout });
  }

  #checkSize(message: Message, headers: MsgHdrs): void {
    const headerBytes = [...headers].reduce(
      (sum, [name, [value = '']]) => sum + name.length + value.length,
      headerAllowance,
    );
    if (message.body.byteLength + headerBytes > this.#maxPayload) throw this.#tooLarge(message);
  }

  get #maxPayload(): number {
    return this.#link.nc.info?.max_payload ?? Infinity;
  }

  #tooLarge({ body }: Message): MessageTooLargeError {
    const limit = this.#maxPayload - headerAllowance;
    return new MessageTooLargeError(body.byteLength, limit, 'Raise max_payload of the nats-server, or send less.');
  }
}
