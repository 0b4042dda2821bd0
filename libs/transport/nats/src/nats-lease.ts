import type { Lease, Message, Outcome } from '@later/transport-contract';

import type { DeliveryFacts } from './ack-subject.js';
import { deadLetterHeaders } from './wire-message.js';
import type { Marked, Marks } from './marks.js';
import { requestTimeoutMs, type NatsLink } from './nats-link.js';
import { encodeToken, subjectsOf } from './subjects.js';

/** The verdicts of JetStream's ack protocol. */
const verdicts = { ack: '+ACK', nak: '-NAK', working: '+WPI' } as const;

/** One delivery as it came, before it is known whether it is to be held. */
export interface Arrival {
  readonly laneToken: string;
  readonly ackSubject: string;
  readonly facts: DeliveryFacts;
  readonly message: Message;
  readonly arrivedAt: number;
}

/** What leases of one queue have in common. */
export interface LeaseContext {
  readonly link: NatsLink;
  readonly queue: string;
  readonly marks: Marks;
  readonly ackWaitMs: number;
}

/**
 * A delivery that we hold. The server does not say whose delivery it is: 2.9 looks only at the stream sequence of an
 * acknowledgement, so a stale worker's would settle a newer delivery. Hence the clock: once the ack wait has passed
 * since the server last heard of us, the lease counts as lost and says nothing more.
 */
export class NatsLease implements Lease {
  readonly message: Message;
  readonly attempt: number;
  readonly #context: LeaseContext;
  readonly #arrival: Arrival;
  readonly #marked: Marked;
  readonly #spared: number;
  #oursUntil: number;

  /** @param spared how many of its deliveries, this one not included, were no attempts */
  constructor(context: LeaseContext, arrival: Arrival, spared = 0) {
    const { deliveries, streamSequence } = arrival.facts;
    this.#context = context;
    this.#arrival = arrival;
    this.#marked = { laneToken: arrival.laneToken, streamSequence, id: arrival.message.id };
    this.#spared = spared;
    this.#oursUntil = arrival.arrivedAt + context.ackWaitMs;
    this.message = arrival.message;
    this.attempt = Math.max(1, deliveries - spared);
  }

  async extend(): Promise<boolean> {
    if (this.#isLost) return false;
    const asked = performance.now();
    await this.#answer(verdicts.working);
    this.#oursUntil = asked + this.#context.ackWaitMs;
    return true;
  }

  async settle(outcome: Outcome): Promise<void> {
    if (this.#isLost) return;
    try {
      if (outcome.kind === 'retry')
        await this.#giveBack(outcome.afterMs, this.#spared + (outcome.counted === false ? 1 : 0));
      else await this.#finish(outcome);
    } catch (error) {
      // Lost while we waited for an answer: as above.
      if (!this.#isLost) throw error;
    }
  }

  /** Gives it back as if it had never been delivered. */
  handBack(afterMs: number): Promise<void> {
    return this.#giveBack(afterMs, this.#spared + 1);
  }

  get #isLost(): boolean {
    return this.#context.link.isClosed || performance.now() > this.#oursUntil;
  }

  async #finish(outcome: Exclude<Outcome, { kind: 'retry' }>): Promise<void> {
    if (outcome.kind === 'dead-letter') await this.#bury(outcome.reason);
    await this.#answer(verdicts.ack);
    if (this.#arrival.facts.deliveries > 1) this.#context.marks.forget(this.#marked);
  }

  async #giveBack(afterMs: number, spared: number): Promise<void> {
    await this.#context.marks.waits(this.#marked, spared);
    // The delay is in nanoseconds. Without one it goes to the head of the lane, at once.
    await this.#answer(afterMs > 0 ? `${verdicts.nak} {"delay":${Math.ceil(afterMs)}000000}` : verdicts.nak);
  }

  async #bury(reason: string): Promise<void> {
    const { link, queue } = this.#context;
    const { id, lane, body } = this.message;
    const letter = { id, lane, reason, attempt: this.attempt, diedAt: new Date() };
    const idToken = encodeToken(id);
    await link.js.publish(subjectsOf(queue).dead(idToken), body, {
      // Offered twice, stored once; but the same id may die again after a redrive.
      msgID: `${idToken}:dead:${this.#marked.streamSequence}`,
      headers: deadLetterHeaders(letter),
    });
  }

  /** With a reply, so that we know it is stored: a plain acknowledgement is lost when the server is killed. */
  async #answer(verdict: string): Promise<void> {
    const timeoutMs = Math.min(requestTimeoutMs, this.#context.ackWaitMs);
    await this.#context.link.request(this.#arrival.ackSubject, verdict, timeoutMs);
  }
}
