import { setTimeout as delay } from 'node:timers/promises';

import { Consumer, type Handler, type SubscribeOptions, type Subscription } from '@later/transport-contract';

import { forgetGone } from './forget-gone.js';
import { Intake } from './intake.js';
import { LanePulls } from './lane-pulls.js';
import { followLanes, listLanes } from './lane-registry.js';
import { isMissing } from './nats-errors.js';
import type { LeaseContext } from './nats-lease.js';
import { provisionLane } from './provision.js';
import { PullInbox, type PullStatus } from './pull-inbox.js';
import type { QueuesInUse } from './queues-in-use.js';
import { RemovedMessages } from './removed-messages.js';
import { sweepAcked } from './sweep-acked.js';

/** How often requests are checked for having gone unheard. */
const tickMs = 1_000;

/** How often the lanes are listed, for the case that an announcement was lost. */
const ticksPerListing = 5;

/** How often what should be gone is looked for; it only ever appears when a server is killed. */
const ticksPerSweep = 15;

/** Receives messages of one queue: finds its lanes, asks for messages, and survives reconnects. See HOW_IT_WORKS.md. */
export class NatsSubscription implements Subscription {
  readonly #context: LeaseContext;
  readonly #queues: QueuesInUse;
  readonly #consumer: Consumer;
  readonly #pulls: LanePulls;
  readonly #removed: RemovedMessages;
  readonly #intake: Intake;
  readonly #heartbeatMs: number;
  readonly #stopped = new AbortController();
  /** Lanes whose consumer is being created. */
  readonly #preparing = new Set<string>();
  /** Lanes whose consumer refused or was silent: made sure of at the next tick, since asking again at once would spin. */
  readonly #doubtful = new Set<string>();
  #inbox: PullInbox;
  /** Since when deliveries of what is gone are forgotten: another connection may be to a server that was killed. */
  #forgottenSince?: PullInbox;

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
      onCapacity: () => this.#pull(),
      onDrain: () => this.#stop(),
    });
    this.#pulls = new LanePulls(this.#consumer);
    this.#removed = new RemovedMessages(context.marks);
    this.#intake = new Intake({
      context,
      consumer: this.#consumer,
      pulls: this.#pulls,
      removed: this.#removed,
      onChange: () => this.#pull(),
    });
    this.#inbox = this.#openInbox();
  }

  drain(graceMs: number): Promise<void> {
    return this.#consumer.drain(graceMs);
  }

  async #start(): Promise<void> {
    const { link, queue } = this.#context;
    const { signal } = this.#stopped;
    await this.#queues.queue(queue);
    signal.addEventListener('abort', this.#removed.follow(), { once: true });
    await this.#removed.list();
    const unfollow = await followLanes(link, queue, (token) => void this.#addLane(token));
    signal.addEventListener('abort', unfollow, { once: true });
    await this.#listLanes();
    const unlisten = link.onUp(() => void this.#resume());
    signal.addEventListener('abort', unlisten, { once: true });
    void this.#sweep();
    void this.#tick();
  }

  async #stop(): Promise<void> {
    this.#stopped.abort();
    this.#intake.close();
    const settled = this.#inbox.close(this.#pulls.standing()).then(() => this.#intake.settled());
    // Without an answer from the server there is nothing to wait for: the ack wait gives everything back.
    await Promise.race([settled.catch(() => undefined), delay(tickMs, undefined, { ref: false })]);
  }

  #openInbox(): PullInbox {
    return new PullInbox(this.#context.link, {
      queue: this.#context.queue,
      heartbeatMs: this.#heartbeatMs,
      onMessage: (message) => this.#intake.receive(message),
      onStatus: (lane, number, status) => this.#hear(lane, number, status),
    });
  }

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
      this.#doubtful.delete(token);
      if (!this.#pulls.add(token)) this.#pulls.resume(token);
      this.#pull();
    } catch (error) {
      await this.#setUpIfMissing(error);
    } finally {
      this.#preparing.delete(token);
    }
  }

  #pull(): void {
    const { link } = this.#context;
    if (this.#stopped.signal.aborted || link.isClosed) return;
    this.#intake.takePatient();
    if (link.downForMs > 0) return;
    for (const ask of this.#pulls.asks(performance.now())) this.#inbox.ask(ask);
  }

  #hear(lane: string, number: number, status: PullStatus): void {
    if (status === 'lives') return this.#pulls.lives(lane, number, performance.now());
    if (status === 'refused') return this.#doubt(lane);
    this.#pulls.ended(lane, number);
    this.#pull();
  }

  #doubt(lane: string): void {
    this.#pulls.suspend(lane);
    this.#doubtful.add(lane);
  }

  async #resume(): Promise<void> {
    const old = this.#inbox;
    // What was asked for on the old connection must not arrive in the accounts of the new one.
    void old.close([]).catch(() => undefined);
    await this.#removed.list().catch((error: unknown) => this.#setUpIfMissing(error));
    if (this.#stopped.signal.aborted || this.#inbox !== old) return;
    this.#inbox = this.#openInbox();
    this.#pulls.startAnew();
    this.#pull();
    await this.#listLanes().catch((error: unknown) => this.#setUpIfMissing(error));
    await this.#sweep();
  }

  /** Ends with the subscription. Never rejects. */
  async #tick(): Promise<void> {
    const { signal } = this.#stopped;
    for (let ticks = 1; !signal.aborted && !this.#context.link.isClosed; ticks++) {
      await delay(tickMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || this.#context.link.downForMs > 0) continue;
      const now = performance.now();
      // Of a consumer that is gone the server says nothing at all.
      const silent = this.#pulls.unheard({ now: now - tickMs, standing: now - 3 * this.#heartbeatMs });
      for (const lane of silent) this.#doubt(lane);
      await Promise.all([...this.#doubtful].map((lane) => this.#prepareLane(lane)));
      this.#pull();
      if (ticks % ticksPerListing === 0) {
        await this.#listLanes().catch((error: unknown) => this.#setUpIfMissing(error));
      }
      if (ticks % ticksPerSweep === 0) await this.#sweep();
    }
  }

  /** Never rejects: what fails is tried again at the next. */
  async #sweep(): Promise<void> {
    const { link, queue } = this.#context;
    const inbox = this.#inbox;
    if (this.#forgottenSince !== inbox && (await forgetGone(link, queue).catch(() => false))) {
      this.#forgottenSince = inbox;
    }
    await Promise.allSettled([sweepAcked(link, queue), this.#removed.list()]);
  }

  /** The server may have come back without its data. Never rejects. */
  async #setUpIfMissing(error: unknown): Promise<void> {
    if (!isMissing(error)) return;
    this.#queues.forget();
    await this.#queues.queue(this.#context.queue).catch(() => undefined);
  }
}
