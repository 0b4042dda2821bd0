import { setTimeout as delay } from 'node:timers/promises';

import type { Msg } from '@nats-io/transport-node';
import { ack, type Consumer } from '@later/transport-contract';

import { readAckSubject } from './ack-subject.js';
import type { LanePulls } from './lane-pulls.js';
import type { RemovedMessages } from './removed-messages.js';
import { NatsLease, type Arrival, type LeaseContext } from './nats-lease.js';
import { decodeToken, lastToken } from './subjects.js';
import { readMessage } from './wire-message.js';

/** A message for which there is no room waits this long for some before it is given back. */
const patienceMs = 50;

/** What is due later than this comes by once in between: the server drops a consumer that is idle for too long. */
const longestNakMs = 24 * 3_600_000;

/**
 * What becomes of a message that arrives: held at once when it is due, was never delivered before and there is room;
 * else looked up (was it really an attempt? was it removed?), kept for a moment, or given back.
 */
export class Intake {
  readonly #context: LeaseContext;
  readonly #consumer: Consumer;
  readonly #pulls: LanePulls;
  readonly #removed: RemovedMessages;
  readonly #onChange: () => void;
  /** Messages for which there was no room when they came; oldest first. */
  readonly #patient = new Set<Arrival>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #closed = new AbortController();

  /** `onChange` is called whenever something may be asked for again. */
  constructor(options: {
    readonly context: LeaseContext;
    readonly consumer: Consumer;
    readonly pulls: LanePulls;
    readonly removed: RemovedMessages;
    readonly onChange: () => void;
  }) {
    this.#context = options.context;
    this.#consumer = options.consumer;
    this.#pulls = options.pulls;
    this.#removed = options.removed;
    this.#onChange = options.onChange;
  }

  receive({ subject, reply = '', headers, data }: Msg): void {
    const laneToken = lastToken(subject);
    const facts = readAckSubject(reply);
    const message = readMessage(decodeToken(laneToken), headers, data);
    const arrival = { laneToken, ackSubject: reply, facts, message, arrivedAt: performance.now() };
    this.#pulls.add(laneToken);
    const hasRoom = this.#pulls.arrived(laneToken, facts.pending);
    if (!hasRoom && this.#pulls.spareRoom(laneToken) <= 0) return this.#keepPatient(arrival);
    if (!hasRoom) this.#pulls.comes(laneToken);
    this.#take(arrival);
    this.#onChange();
  }

  /** Takes what waits for room, as far as there is some. */
  takePatient(): void {
    for (const arrival of this.#patient) {
      if (this.#pulls.spareRoom(arrival.laneToken) <= 0) continue;
      this.#patient.delete(arrival);
      this.#pulls.comes(arrival.laneToken);
      this.#pulls.left(arrival.laneToken);
      this.#take(arrival);
    }
  }

  /** Gives back what waits for room, and from now on all that still arrives. */
  close(): void {
    this.#closed.abort();
    for (const arrival of this.#patient) this.#losePatience(arrival);
  }

  /** Resolves when nothing is being looked up or given back. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Room is set aside for it. */
  #take(arrival: Arrival): void {
    const { deliveries, streamSequence } = arrival.facts;
    const isPlain = deliveries === 1 && waitOf(arrival) === 0 && !this.#removed.has(streamSequence);
    if (!isPlain || this.#closed.signal.aborted) {
      return this.#track(this.#takeWithCare(arrival));
    }
    this.#consumer.hold(new NatsLease(this.#context, arrival));
    this.#pulls.came(arrival.laneToken);
  }

  async #takeWithCare(arrival: Arrival): Promise<void> {
    try {
      const lease = await this.#lease(arrival);
      const waitMs = waitOf(arrival);
      if (await this.#isRemoved(arrival)) await lease.settle(ack());
      else if (waitMs > 0 || this.#closed.signal.aborted) await this.#giveBack(lease, arrival, waitMs);
      else this.#consumer.hold(lease);
    } finally {
      this.#pulls.came(arrival.laneToken);
      this.#onChange();
    }
  }

  async #isRemoved({ facts, laneToken, message }: Arrival): Promise<boolean> {
    const { streamSequence } = facts;
    if (!this.#removed.has(streamSequence)) return false;
    return this.#context.marks.claimRemoved({ laneToken, streamSequence, id: message.id });
  }

  async #lease(arrival: Arrival): Promise<NatsLease> {
    const { facts, laneToken, message } = arrival;
    if (facts.deliveries === 1) return new NatsLease(this.#context, arrival);
    const marked = { laneToken, streamSequence: facts.streamSequence, id: message.id };
    return new NatsLease(this.#context, arrival, await this.#context.marks.isHeld(marked));
  }

  #keepPatient(arrival: Arrival): void {
    this.#patient.add(arrival);
    this.#pulls.leaves(arrival.laneToken);
    if (this.#closed.signal.aborted) return this.#losePatience(arrival);
    void delay(patienceMs, undefined, { signal: this.#closed.signal }).then(
      () => this.#losePatience(arrival),
      () => undefined,
    );
  }

  #losePatience(arrival: Arrival): void {
    if (!this.#patient.delete(arrival)) return;
    const givenBack = this.#lease(arrival).then((lease) => this.#giveBack(lease, arrival, 0));
    this.#track(givenBack.finally(() => this.#pulls.left(arrival.laneToken)));
  }

  async #giveBack(lease: NatsLease, { laneToken }: Arrival, waitMs: number): Promise<void> {
    this.#pulls.leaves(laneToken);
    try {
      await lease.handBack(Math.min(waitMs, longestNakMs));
    } finally {
      this.#pulls.left(laneToken);
      this.#onChange();
    }
  }

  /** A failure is the connection's: the message comes back by itself after the ack wait. */
  #track(work: Promise<void>): void {
    const tracked = work.catch(() => undefined).finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }
}

/** How long until it may be delivered, in ms. */
const waitOf = ({ message }: Arrival): number =>
  message.notBefore ? Math.max(0, message.notBefore.getTime() - Date.now()) : 0;
