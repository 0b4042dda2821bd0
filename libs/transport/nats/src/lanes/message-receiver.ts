import { setTimeout as delay } from 'node:timers/promises';

import type { Msg } from '@nats-io/transport-node';
import { ack, type Consumer } from '@later/transport-contract';

import { NatsLease, type Arrival, type LeaseContext } from '../lease.js';
import { readAckSubject } from '../link/ack-subject.js';
import type { RemovedMessages } from '../marks/removed-messages.js';
import { decodeToken, lastToken } from '../names.js';
import { readMessage } from '../wire.js';
import type { LanePulls } from './lane-pulls.js';
import type { Reservations } from './reservations.js';

/** A message without capacity waits this long for some before it is returned to its lane. */
const capacityWaitMs = 50;

/** A message that is due later is delivered and returned once in between: the server drops a consumer that idles longer. */
const longestReturnMs = 24 * 3_600_000;

export interface MessageReceiverOptions {
  readonly context: LeaseContext;
  readonly consumer: Consumer;
  readonly pulls: LanePulls;
  readonly reservations: Reservations;
  readonly removed: RemovedMessages;
  /** Called when the free capacity or the state of a lane has changed, so that new requests may be possible. */
  readonly onChange: () => void;
}

/**
 * Receives messages. A message that is due, is delivered for the first time and finds capacity goes to the consumer at
 * once. Any other message is looked up first (its spared deliveries, its removal), waits a moment, or is returned.
 */
export class MessageReceiver {
  readonly #options: MessageReceiverOptions;
  /** The messages that wait for capacity, oldest first. */
  readonly #waiting = new Set<Arrival>();
  readonly #unfinished = new Set<Promise<void>>();
  readonly #closed = new AbortController();

  constructor(options: MessageReceiverOptions) {
    this.#options = options;
  }

  receive({ subject, reply = '', headers, data }: Msg): void {
    const { pulls, reservations, onChange } = this.#options;
    const laneToken = lastToken(subject);
    const facts = readAckSubject(reply);
    const message = readMessage(decodeToken(laneToken), headers, data);
    const arrival = { laneToken, ackSubject: reply, facts, message, arrivedAt: performance.now() };
    pulls.add(laneToken);
    const isReserved = pulls.recordArrival(laneToken, facts.pending);
    if (!isReserved && reservations.freeFor(laneToken) <= 0) return this.#keepWaiting(arrival);
    if (!isReserved) reservations.reserve(laneToken);
    this.#take(arrival);
    onChange();
  }

  /** Takes as many of the waiting messages as the capacity allows. */
  takeWaiting(): void {
    const { pulls, reservations } = this.#options;
    for (const arrival of this.#waiting) {
      const { laneToken } = arrival;
      if (reservations.freeFor(laneToken) <= 0) continue;
      this.#waiting.delete(arrival);
      reservations.reserve(laneToken);
      pulls.finishReturn(laneToken);
      this.#take(arrival);
    }
  }

  /** Returns the waiting messages, and from now on every message that still arrives. */
  close(): void {
    this.#closed.abort();
    for (const arrival of this.#waiting) this.#stopWaiting(arrival);
  }

  /** Resolves when no message is being looked up or returned. */
  async settled(): Promise<void> {
    while (this.#unfinished.size > 0) await Promise.all(this.#unfinished);
  }

  /** Capacity is reserved for the message. */
  #take(arrival: Arrival): void {
    const { context, consumer, reservations, removed } = this.#options;
    const { deliveries, streamSequence } = arrival.facts;
    const isPlain = deliveries === 1 && waitOf(arrival) === 0 && !removed.has(streamSequence);
    if (!isPlain || this.#closed.signal.aborted) {
      return this.#track(this.#lookUpAndTake(arrival));
    }
    consumer.hold(new NatsLease(context, arrival));
    reservations.release(arrival.laneToken);
  }

  async #lookUpAndTake(arrival: Arrival): Promise<void> {
    const { consumer, reservations, onChange } = this.#options;
    try {
      const lease = await this.#leaseOf(arrival);
      const waitMs = waitOf(arrival);
      if (await this.#claimRemoved(arrival)) await lease.settle(ack());
      else if (waitMs > 0 || this.#closed.signal.aborted) await this.#return(lease, arrival, waitMs);
      else consumer.hold(lease);
    } finally {
      reservations.release(arrival.laneToken);
      onChange();
    }
  }

  /** True when the message was removed, so that this consumer must drop it. */
  async #claimRemoved({ facts, laneToken, message }: Arrival): Promise<boolean> {
    const { context, removed } = this.#options;
    const { streamSequence } = facts;
    if (!removed.has(streamSequence)) return false;
    return context.marks.claimRemoved({ laneToken, streamSequence, id: message.id });
  }

  async #leaseOf(arrival: Arrival): Promise<NatsLease> {
    const { context } = this.#options;
    const { facts, laneToken, message } = arrival;
    if (facts.deliveries === 1) return new NatsLease(context, arrival);
    const marked = { laneToken, streamSequence: facts.streamSequence, id: message.id };
    return new NatsLease(context, arrival, await context.marks.takeSparedCount(marked));
  }

  #keepWaiting(arrival: Arrival): void {
    this.#waiting.add(arrival);
    this.#options.pulls.startReturn(arrival.laneToken);
    if (this.#closed.signal.aborted) return this.#stopWaiting(arrival);
    void delay(capacityWaitMs, undefined, { signal: this.#closed.signal }).then(
      () => this.#stopWaiting(arrival),
      () => undefined,
    );
  }

  #stopWaiting(arrival: Arrival): void {
    if (!this.#waiting.delete(arrival)) return;
    const returned = this.#leaseOf(arrival).then((lease) => this.#return(lease, arrival, 0));
    this.#track(returned.finally(() => this.#options.pulls.finishReturn(arrival.laneToken)));
  }

  async #return(lease: NatsLease, { laneToken }: Arrival, waitMs: number): Promise<void> {
    const { pulls, onChange } = this.#options;
    pulls.startReturn(laneToken);
    try {
      await lease.returnUncounted(Math.min(waitMs, longestReturnMs));
    } finally {
      pulls.finishReturn(laneToken);
      onChange();
    }
  }

  /** Ignores a failure, which is the connection's: the server delivers the message again after the ack wait. */
  #track(work: Promise<void>): void {
    const tracked = work.catch(() => undefined).finally(() => this.#unfinished.delete(tracked));
    this.#unfinished.add(tracked);
  }
}

/** How long until the message may be delivered, in ms. */
const waitOf = ({ message }: Arrival): number =>
  message.notBefore ? Math.max(0, message.notBefore.getTime() - Date.now()) : 0;
