import { setTimeout as delay } from 'node:timers/promises';

import type { Msg } from '@nats-io/transport-node';
import { Consumer, type Handler, type SubscribeOptions, type Subscription } from '@later/transport-contract';

import { readAckSubject } from './ack-subject.js';
import { followLanes, listLanes } from './lane-registry.js';
import { LanePulls } from './lane-pulls.js';
import { isMissing } from './nats-errors.js';
import { NatsLease, type Arrival, type LeaseContext } from './nats-lease.js';
import { provisionLane } from './provision.js';
import { PullInbox, type PullStatus } from './pull-inbox.js';
import type { QueuesInUse } from './queues-in-use.js';
import { decodeToken, lastToken } from './subjects.js';
import { readMessage } from './wire-message.js';

/** How often requests are checked for having gone unheard. */
const tickMs = 1_000;

/** How often the lanes are listed, for the case that an announcement was lost. */
const ticksPerListing = 5;

/** A message for which there is no room waits this long for some before it is given back. */
const patienceMs = 50;

/** A message that is due later than this comes by once in between, which keeps its consumer alive. */
const longestNakMs = 24 * 3_600_000;

/** Receives messages of one queue. See HOW_IT_WORKS.md. */
export class NatsSubscription implements Subscription {
  readonly #context: LeaseContext;
  readonly #queues: QueuesInUse;
  readonly #consumer: Consumer;
  readonly #pulls: LanePulls;
  readonly #heartbeatMs: number;
  readonly #stopped = new AbortController();
  /** Lanes whose consumer is being created. */
  readonly #preparing = new Set<string>();
  /** Messages for which there was no room when they came; oldest first. */
  readonly #patient = new Set<Arrival>();
  /** What is being looked up or given back. */
  readonly #underWay = new Set<Promise<void>>();
  #inbox: PullInbox;
  #unfollow?: () => void;

  static async start(
    context: LeaseContext,
    queues: QueuesInUse,
    handler: Handler,
    options: SubscribeOptions,
  ): Promise<NatsSubscription> {
    const subscription = new NatsSubscription(context, queues, handler, options);
    try {
      await subscription.#start();
      return subscription;
    } catch (error) {
      await subscription.drain(0);
      throw error;
    }
  }

  private constructor(context: LeaseContext, queues: QueuesInUse, handler: Handler, options: SubscribeOptions) {
    this.#context = context;
    this.#queues = queues;
    // Well within the ack wait, so that the server forgets a dead worker's requests before it redelivers its messages.
    this.#heartbeatMs = Math.min(10_000, Math.ceil(context.ackWaitMs / 3));
    this.#consumer = new Consumer({
      ...options,
      handler,
      ackWaitMs: context.ackWaitMs,
      onRoom: () => this.#pull(),
      onDrain: () => this.#stop(),
    });
    this.#pulls = new LanePulls(this.#consumer);
    this.#inbox = this.#openInbox();
  }

  drain(graceMs: number): Promise<void> {
    return this.#consumer.drain(graceMs);
  }

  async #start(): Promise<void> {
    const { link, queue } = this.#context;
    await this.#queues.queue(queue);
    this.#unfollow = await followLanes(link, queue, (token) => void this.#addLane(token));
    await this.#listLanes();
    const unlisten = link.onUp(() => void this.#resume());
    this.#stopped.signal.addEventListener('abort', unlisten, { once: true });
    void this.#tick();
  }

  async #stop(): Promise<void> {
    this.#stopped.abort();
    this.#unfollow?.();
    for (const arrival of this.#patient) this.#giveBackPatient(arrival);
    const settled = this.#inbox.close(this.#pulls.standing()).then(() => Promise.all(this.#underWay));
    // Without an answer from the server there is nothing to wait for: the ack wait gives everything back.
    await Promise.race([settled.catch(() => undefined), delay(tickMs, undefined, { ref: false })]);
  }

  #openInbox(): PullInbox {
    return new PullInbox(this.#context.link, {
      queue: this.#context.queue,
      heartbeatMs: this.#heartbeatMs,
      onMessage: (message) => this.#receive(message),
      onStatus: (lane, number, status) => this.#hear(lane, number, status),
    });
  }

  // --- lanes

  async #listLanes(): Promise<void> {
    const listed = await listLanes(this.#context.link, this.#context.queue);
    await Promise.all([...listed].map((token) => this.#addLane(token)));
    this.#pulls.keepOnly(listed);
  }

  /** Never rejects: what fails is tried again when the lanes are next listed. */
  async #addLane(token: string): Promise<void> {
    if (this.#pulls.has(token)) this.#pulls.add(token);
    else await this.#prepareLane(token);
  }

  async #prepareLane(token: string): Promise<void> {
    if (this.#preparing.has(token)) return;
    this.#preparing.add(token);
    const { link, queue, ackWaitMs } = this.#context;
    try {
      await provisionLane(link, queue, token, ackWaitMs);
      this.#pulls.add(token);
      this.#pull();
    } catch (error) {
      if (isMissing(error)) this.#queues.forget();
    } finally {
      this.#preparing.delete(token);
    }
  }

  // --- asking

  #pull(): void {
    if (this.#stopped.signal.aborted || this.#context.link.isClosed) return;
    for (const arrival of this.#patient) {
      if (this.#pulls.spareRoom(arrival.laneToken) <= 0) continue;
      this.#patient.delete(arrival);
      this.#pulls.comes(arrival.laneToken);
      this.#pulls.left(arrival.laneToken);
      this.#take(arrival);
    }
    if (this.#context.link.downForMs > 0) return;
    for (const ask of this.#pulls.asks(performance.now())) this.#inbox.ask(ask);
  }

  #hear(lane: string, number: number, status: PullStatus): void {
    if (status === 'lives') return this.#pulls.lives(lane, number, performance.now());
    if (status === 'refused') {
      this.#pulls.refused(lane, number);
      return void this.#prepareLane(lane);
    }
    this.#pulls.ended(lane, number);
    this.#pull();
  }

  async #resume(): Promise<void> {
    // What was asked for on the old connection must not arrive in the accounts of the new one.
    void this.#inbox.close([]).catch(() => undefined);
    this.#inbox = this.#openInbox();
    this.#pulls.startAnew();
    this.#pull();
    await this.#listLanes().catch(() => undefined);
  }

  /** Ends with the subscription. Never rejects. */
  async #tick(): Promise<void> {
    const { signal } = this.#stopped;
    for (let ticks = 1; !signal.aborted && !this.#context.link.isClosed; ticks++) {
      await delay(tickMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || this.#context.link.downForMs > 0) continue;
      const now = performance.now();
      this.#pulls.endUnheard({ now: now - tickMs, standing: now - 3 * this.#heartbeatMs });
      this.#pull();
      if (ticks % ticksPerListing === 0) await this.#listLanes().catch((error: unknown) => this.#missed(error));
    }
  }

  /** The server may have come back without its data. */
  async #missed(error: unknown): Promise<void> {
    if (!isMissing(error)) return;
    this.#queues.forget();
    await this.#queues.queue(this.#context.queue).catch(() => undefined);
  }

  // --- taking

  #receive(message: Msg): void {
    const laneToken = lastToken(message.subject);
    const ackSubject = message.reply ?? '';
    const read = readMessage(decodeToken(laneToken), message.headers, message.data);
    const arrival = { laneToken, ackSubject, message: read, arrivedAt: performance.now() };
    this.#pulls.add(laneToken);
    const hasRoom = this.#pulls.arrived(laneToken, readAckSubject(ackSubject).pending);
    if (!hasRoom && this.#pulls.spareRoom(laneToken) <= 0) return this.#keepPatient(arrival);
    if (!hasRoom) this.#pulls.comes(laneToken);
    this.#take(arrival);
    this.#pull();
  }

  /** Room is set aside for it. */
  #take(arrival: Arrival): void {
    const { deliveries } = readAckSubject(arrival.ackSubject);
    if (deliveries > 1 || waitOf(arrival) > 0 || this.#consumer.draining) {
      return this.#track(this.#takeWithCare(arrival, deliveries));
    }
    this.#consumer.hold(new NatsLease(this.#context, arrival));
    this.#pulls.came(arrival.laneToken);
  }

  async #takeWithCare(arrival: Arrival, deliveries: number): Promise<void> {
    try {
      const lease = await this.#lease(arrival, deliveries);
      const waitMs = waitOf(arrival);
      if (waitMs > 0 || this.#consumer.draining) await this.#giveBack(arrival, lease, waitMs);
      else this.#consumer.hold(lease);
    } finally {
      this.#pulls.came(arrival.laneToken);
      this.#pull();
    }
  }

  async #lease(arrival: Arrival, deliveries: number): Promise<NatsLease> {
    const { streamSequence } = readAckSubject(arrival.ackSubject);
    const { laneToken, message } = arrival;
    const spared = deliveries > 1 ? await this.#context.marks.isHeld({ laneToken, streamSequence, id: message.id }) : 0;
    return new NatsLease(this.#context, arrival, spared);
  }

  // --- giving back

  #keepPatient(arrival: Arrival): void {
    this.#patient.add(arrival);
    this.#pulls.leaves(arrival.laneToken);
    if (this.#consumer.draining) return this.#giveBackPatient(arrival);
    void delay(patienceMs, undefined, { signal: this.#stopped.signal }).then(
      () => this.#giveBackPatient(arrival),
      () => undefined,
    );
  }

  #giveBackPatient(arrival: Arrival): void {
    if (!this.#patient.delete(arrival)) return;
    this.#track(this.#giveBackUnseen(arrival));
  }

  async #giveBackUnseen(arrival: Arrival): Promise<void> {
    try {
      const lease = await this.#lease(arrival, readAckSubject(arrival.ackSubject).deliveries);
      await lease.handBack(0);
    } finally {
      this.#pulls.left(arrival.laneToken);
    }
  }

  async #giveBack(arrival: Arrival, lease: NatsLease, waitMs: number): Promise<void> {
    this.#pulls.leaves(arrival.laneToken);
    try {
      await lease.handBack(Math.min(waitMs, longestNakMs));
    } finally {
      this.#pulls.left(arrival.laneToken);
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
