import type { Lease, Message, Outcome } from '@later/transport-contract';

import type { DeliveryFacts } from './link/ack-subject.js';
import { requestTimeoutMs, type NatsLink } from './link/link.js';
import type { MarkedMessage, Marks } from './marks/marks.js';
import { encodeToken, subjectsOf } from './names.js';
import { deadLetterHeaders } from './wire.js';

/** The verdicts of JetStream's ack protocol. */
const verdicts = { ack: '+ACK', nak: '-NAK', working: '+WPI' } as const;

/** One delivery as it was received, before the driver decides whether to hold it. */
export interface Arrival {
  readonly laneToken: string;
  readonly ackSubject: string;
  readonly facts: DeliveryFacts;
  readonly message: Message;
  readonly arrivedAt: number;
}

/** The parts that all leases of one queue share. */
export interface LeaseContext {
  readonly link: NatsLink;
  readonly queue: string;
  readonly marks: Marks;
  readonly ackWaitMs: number;
}

/**
 * A delivery that this consumer holds. nats-server 2.9 reads only the stream sequence of an acknowledgement, so the
 * acknowledgement of a stale worker would settle a newer delivery. Therefore the lease keeps a clock: when the ack wait
 * has passed since the last extension, the lease counts as lost and sends nothing more.
 */
export class NatsLease implements Lease {
  readonly message: Message;
  readonly attempt: number;
  readonly #context: LeaseContext;
  readonly #arrival: Arrival;
  readonly #marked: MarkedMessage;
  readonly #spared: number;
  #heldUntil: number;

  /** @param spared how many earlier deliveries of the message do not count as attempts */
  constructor(context: LeaseContext, arrival: Arrival, spared = 0) {
    const { deliveries, streamSequence } = arrival.facts;
    this.#context = context;
    this.#arrival = arrival;
    this.#marked = { laneToken: arrival.laneToken, streamSequence, id: arrival.message.id };
    this.#spared = spared;
    this.#heldUntil = arrival.arrivedAt + context.ackWaitMs;
    this.message = arrival.message;
    this.attempt = Math.max(1, deliveries - spared);
  }

  async extend(): Promise<boolean> {
    if (this.#isLost) return false;
    const sentAt = performance.now();
    await this.#acknowledge(verdicts.working);
    this.#heldUntil = sentAt + this.#context.ackWaitMs;
    return true;
  }

  async settle(outcome: Outcome): Promise<void> {
    if (this.#isLost) return;
    try {
      if (outcome.kind === 'retry')
        await this.#return(outcome.afterMs, this.#spared + (outcome.counted === false ? 1 : 0));
      else await this.#finish(outcome);
    } catch (error) {
      // A lease that was lost during the request needs no outcome either.
      if (!this.#isLost) throw error;
    }
  }

  /** Returns the message to its lane. This delivery does not count as an attempt. */
  returnUncounted(afterMs: number): Promise<void> {
    return this.#return(afterMs, this.#spared + 1);
  }

  get #isLost(): boolean {
    return this.#context.link.isClosed || performance.now() > this.#heldUntil;
  }

  async #finish(outcome: Exclude<Outcome, { kind: 'retry' }>): Promise<void> {
    if (outcome.kind === 'dead-letter') await this.#storeDeadLetter(outcome.reason);
    await this.#acknowledge(verdicts.ack);
    if (this.#arrival.facts.deliveries > 1) this.#context.marks.deleteAll(this.#marked);
  }

  async #return(afterMs: number, spared: number): Promise<void> {
    await this.#context.marks.markWaiting(this.#marked, spared);
    // The delay is in nanoseconds. Without a delay the message is at once the first of its lane.
    await this.#acknowledge(afterMs > 0 ? `${verdicts.nak} {"delay":${Math.ceil(afterMs)}000000}` : verdicts.nak);
  }

  async #storeDeadLetter(reason: string): Promise<void> {
    const { link, queue } = this.#context;
    const { id, lane, body } = this.message;
    const letter = { id, lane, reason, attempt: this.attempt, diedAt: new Date() };
    const idToken = encodeToken(id);
    await link.js.publish(subjectsOf(queue).dead(idToken), body, {
      // A second try stores nothing new. After a redrive the sequence differs, so the same id can be stored again.
      msgID: `${idToken}:dead:${this.#marked.streamSequence}`,
      headers: deadLetterHeaders(letter),
    });
  }

  /** Requests a reply as the proof that it is stored: a killed server loses an acknowledgement without a reply. */
  async #acknowledge(verdict: string): Promise<void> {
    const timeoutMs = Math.min(requestTimeoutMs, this.#context.ackWaitMs);
    await this.#context.link.request(this.#arrival.ackSubject, verdict, timeoutMs);
  }
}
