import { setTimeout as delay } from 'node:timers/promises';

import { Consumer, type Handler, type SubscribeOptions, type Subscription } from '@later/transport-contract';
import pTimeout from 'p-timeout';

import { isMissing } from './errors.js';
import { MessageReceiver } from './lanes/message-receiver.js';
import { LaneConsumers } from './lanes/lane-consumers.js';
import { LanePulls } from './lanes/lane-pulls.js';
import { followLanes, listLanes } from './lanes/lane-registry.js';
import { PullInbox, type PullStatus } from './lanes/pull-inbox.js';
import type { QueuesInUse } from './lanes/queues-in-use.js';
import { Reservations } from './lanes/reservations.js';
import type { LeaseContext } from './lease.js';
import { RemovedMessages } from './marks/removed-messages.js';
import { decodeToken } from './names.js';
import { Repair } from './repair/repair.js';

/** How often the driver checks for requests that the server does not know any more. */
const checkEveryMs = 1_000;

/** How often the lanes are listed, in case an announcement was lost. */
const checksPerListing = 5;

/** How often the queue is repaired; only a killed server makes that necessary. */
const checksPerRepair = 15;

export interface SubscriptionContext extends LeaseContext {
  readonly queues: QueuesInUse;
}

/** Starts to receive messages of a queue. Resolves when the queue's lanes are known and requested. */
export async function startSubscription(
  context: SubscriptionContext,
  handler: Handler,
  options: SubscribeOptions,
): Promise<Subscription> {
  const subscription = new NatsSubscription(context, handler, options);
  try {
    await subscription.start();
    return subscription;
  } catch (error) {
    await subscription.drain(0);
    throw error;
  }
}

/** Receives messages of one queue: finds its lanes, requests messages, and continues after reconnects. See HOW_IT_WORKS.md. */
class NatsSubscription implements Subscription {
  readonly #context: SubscriptionContext;
  readonly #consumer: Consumer;
  readonly #pulls: LanePulls;
  readonly #lanes: LaneConsumers;
  readonly #removed: RemovedMessages;
  readonly #repair: Repair;
  readonly #receiver: MessageReceiver;
  readonly #heartbeatMs: number;
  readonly #stopped = new AbortController();
  #inbox: PullInbox;

  constructor(context: SubscriptionContext, handler: Handler, options: SubscribeOptions) {
    const { link, queue, marks, ackWaitMs } = context;
    this.#context = context;
    // Well below the ack wait, so that the server drops a dead worker's requests before it redelivers its messages.
    this.#heartbeatMs = Math.min(10_000, Math.ceil(ackWaitMs / 3));
    const onChange = (): void => this.#pull();
    const onDrain = (): Promise<void> => this.#stop();
    this.#consumer = new Consumer({ ...options, handler, ackWaitMs, onCapacity: onChange, onDrain });
    const consumer = this.#consumer;
    // The consumer counts what it holds by the name of the lane, and the pulls know only its token.
    const reservations = new Reservations({
      get free() {
        return consumer.free;
      },
      freeFor: (laneToken) => consumer.freeFor(decodeToken(laneToken)),
    });
    const pulls = new LanePulls(reservations);
    this.#pulls = pulls;
    const onError = (error: unknown): Promise<void> => this.#prepareAgainIfMissing(error);
    this.#lanes = new LaneConsumers({ link, queue, ackWaitMs, pulls, onReady: onChange, onError });
    this.#removed = new RemovedMessages(marks);
    this.#repair = new Repair(link, queue);
    const removed = this.#removed;
    this.#receiver = new MessageReceiver({ context, consumer, pulls, reservations, removed, onChange });
    this.#inbox = this.#openInbox();
  }

  async start(): Promise<void> {
    const { link, queue, queues } = this.#context;
    const untilStopped = (end: () => void): void => this.#stopped.signal.addEventListener('abort', end, { once: true });
    await queues.prepareQueue(queue);
    untilStopped(this.#removed.follow());
    await this.#removed.refresh();
    untilStopped(await followLanes(link, queue, (lane) => void this.#lanes.add(lane)));
    await this.#listLanes();
    untilStopped(link.onReconnect(() => void this.#restart()));
    void this.#repairQueue();
    void this.#checkRegularly();
  }

  drain(graceMs: number): Promise<void> {
    return this.#consumer.drain(graceMs);
  }

  async #stop(): Promise<void> {
    this.#stopped.abort();
    this.#receiver.close();
    const settled = this.#inbox.close(this.#pulls.standingLanes()).then(() => this.#receiver.settled());
    // A server that does not answer is not waited for: it redelivers everything after the ack wait.
    await pTimeout(settled, { milliseconds: checkEveryMs, message: false }).catch(() => undefined);
  }

  #openInbox(): PullInbox {
    return new PullInbox(this.#context.link, {
      queue: this.#context.queue,
      heartbeatMs: this.#heartbeatMs,
      onMessage: (message) => this.#receiver.receive(message),
      onStatus: (lane, number, status) => this.#handleStatus(lane, number, status),
    });
  }

  async #listLanes(): Promise<void> {
    const listed = await listLanes(this.#context.link, this.#context.queue);
    await Promise.all([...listed].map((lane) => this.#lanes.add(lane)));
    this.#pulls.keepOnly(listed);
  }

  #pull(): void {
    const { link } = this.#context;
    if (this.#stopped.signal.aborted || link.isClosed) return;
    this.#receiver.takeWaiting();
    if (link.downForMs > 0) return;
    for (const request of this.#pulls.nextRequests(performance.now())) this.#inbox.send(request);
  }

  #handleStatus(lane: string, number: number, status: PullStatus): void {
    if (status === 'alive') return this.#pulls.recordHeartbeat(lane, number, performance.now());
    if (status === 'refused') return this.#lanes.suspect(lane);
    this.#pulls.endRequest(lane, number);
    this.#pull();
  }

  /** Opens a new inbox after a reconnect, because answers to older requests must not count for the new ones. */
  async #restart(): Promise<void> {
    const old = this.#inbox;
    void old.close([]).catch(() => undefined);
    await this.#removed.refresh().catch((error: unknown) => this.#prepareAgainIfMissing(error));
    if (this.#stopped.signal.aborted || this.#inbox !== old) return;
    this.#inbox = this.#openInbox();
    this.#repair.recordReconnect();
    this.#pulls.reset();
    this.#pull();
    await this.#listLanes().catch((error: unknown) => this.#prepareAgainIfMissing(error));
    await this.#repairQueue();
  }

  /** Ends with the subscription. Never rejects. */
  async #checkRegularly(): Promise<void> {
    const { signal } = this.#stopped;
    for (let checks = 1; !signal.aborted && !this.#context.link.isClosed; checks++) {
      await delay(checkEveryMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted || this.#context.link.downForMs > 0) continue;
      this.#suspectSilentLanes();
      await this.#lanes.checkSuspects();
      this.#pull();
      if (checks % checksPerListing === 0) {
        await this.#listLanes().catch((error: unknown) => this.#prepareAgainIfMissing(error));
      }
      if (checks % checksPerRepair === 0) await this.#repairQueue();
    }
  }

  /** The server does not answer requests to a consumer that is gone. */
  #suspectSilentLanes(): void {
    const now = performance.now();
    const since = { fetching: now - checkEveryMs, standing: now - 3 * this.#heartbeatMs };
    for (const lane of this.#pulls.silentLanes(since)) this.#lanes.suspect(lane);
  }

  /** Never rejects: the next repair tries again what failed. */
  async #repairQueue(): Promise<void> {
    await Promise.all([this.#repair.run(), this.#removed.refresh().catch(() => undefined)]);
  }

  /** Prepares the queue again when the server has lost its data. Never rejects. */
  async #prepareAgainIfMissing(error: unknown): Promise<void> {
    if (!isMissing(error)) return;
    const { queues, queue } = this.#context;
    queues.forget();
    await queues.prepareQueue(queue).catch(() => undefined);
  }
}
