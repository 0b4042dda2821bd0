import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { Consumer, type Handler, type SubscribeOptions, type Subscription } from '@later/transport-contract';

import { readLaneDepths, type LaneDepth } from './depth.js';
import type { Announcer } from './lanes/announcer.js';
import { LaneAlarms } from './lanes/lane-alarms.js';
import { LaneTaker, type TakeAnswer } from './lanes/lane-taker.js';
import type { Lanes } from './lanes/lanes.js';
import type { WakeUpCalls } from './lanes/wake-up-calls.js';
import { BullMqLease } from './lease.js';
import type { BullMqLink } from './link/link.js';

/** How often the queue is surveyed for lost wake-up calls, due messages and the jobs of dead consumers. */
const surveyIntervalMs = 1_000;

export interface SubscriptionContext {
  readonly link: BullMqLink;
  readonly queue: string;
  readonly lanes: Lanes;
  readonly announcer: Announcer;
  readonly wakeUpCalls: WakeUpCalls;
}

/** Delivers the messages of a queue to a handler until the subscription is drained. */
export async function startSubscription(
  context: SubscriptionContext,
  handler: Handler,
  options: SubscribeOptions,
): Promise<Subscription> {
  const subscription = new BullMqSubscription(context, handler, options);
  await subscription.start();
  return subscription;
}

/** Takes messages of one queue after a wake-up call, when a delayed message is due, and when a survey finds some. */
class BullMqSubscription implements Subscription {
  readonly #context: SubscriptionContext;
  readonly #consumer: Consumer;
  readonly #taker: LaneTaker<BullMqLease>;
  readonly #alarms: LaneAlarms;
  readonly #draining = new AbortController();
  readonly #stopped: AbortSignal;
  /** Begins the token of each lease. */
  readonly #consumerId = randomUUID();
  #takeCount = 0;
  #stopListening?: () => void;

  constructor(context: SubscriptionContext, handler: Handler, options: SubscribeOptions) {
    this.#context = context;
    this.#stopped = AbortSignal.any([this.#draining.signal, context.link.closing]);
    this.#alarms = new LaneAlarms((lane) => this.#taker.wake(lane), this.#stopped);
    this.#consumer = new Consumer({
      ...options,
      handler,
      ackWaitMs: context.link.ackWaitMs,
      onCapacity: () => this.#taker.takeMore(),
      onDrain: () => this.#stopTaking(),
    });
    this.#taker = new LaneTaker({
      capacity: this.#consumer,
      take: (lane) => this.#take(lane),
      hold: (lease) => this.#consumer.hold(lease),
      giveBack: (lease) => lease.giveBackUndelivered(),
      onDue: (lane, dueAt) => this.#setAlarm(lane, dueAt),
    });
  }

  async start(): Promise<void> {
    // Listens before the first survey, so that no message is missed between the two.
    this.#stopListening = await this.#context.wakeUpCalls.listen(this.#context.queue, (lane) => {
      if (lane === undefined) void this.#survey();
      else this.#taker.wake(lane);
    });
    void this.#surveyUntilStopped();
  }

  drain(graceMs: number): Promise<void> {
    return this.#consumer.drain(graceMs);
  }

  async #stopTaking(): Promise<void> {
    this.#draining.abort();
    this.#stopListening?.();
    await this.#taker.waitForPendingTakes();
  }

  async #take(name: string): Promise<TakeAnswer<BullMqLease>> {
    const lane = this.#context.lanes.get(this.#context.queue, name);
    const token = `${this.#consumerId}/${this.#takeCount++}`;
    const { job, dueAt } = await lane.take(token);
    if (!job) return dueAt === undefined ? {} : { dueAt };
    const onGivenBack = (afterMs: number): void => this.#announceGivenBack(name, afterMs);
    return { taken: new BullMqLease(job, { lane, token, onGivenBack }) };
  }

  #announceGivenBack(lane: string, afterMs: number): void {
    if (afterMs > 0) this.#setAlarm(lane, Date.now() + afterMs);
    // All consumers are called, because this one may be draining. If the call fails, their surveys find the message.
    else this.#context.announcer.announce(this.#context.queue, lane).catch(() => undefined);
  }

  async #surveyUntilStopped(): Promise<void> {
    while (!this.#stopped.aborted) {
      await this.#survey();
      await delay(surveyIntervalMs, undefined, { signal: this.#stopped }).catch(() => undefined);
    }
  }

  /** Never rejects: the next survey repeats what failed while Redis was unavailable. */
  async #survey(): Promise<void> {
    try {
      void this.#context.wakeUpCalls.checkConnection();
      const lanes = await readLaneDepths(this.#context.link, this.#context.queue);
      await Promise.all(lanes.map((lane) => this.#wakeIfReady(lane)));
    } catch {
      return;
    }
  }

  async #wakeIfReady({ lane, ready, inFlight, dueAt }: LaneDepth): Promise<void> {
    if (this.#stopped.aborted) return;
    if (ready > 0) this.#taker.wake(lane);
    if (dueAt !== undefined) this.#setAlarm(lane, dueAt);
    if (inFlight === 0) return;
    if (await this.#context.lanes.get(this.#context.queue, lane).recoverStalled()) this.#taker.wake(lane);
  }

  /** A later survey sets the alarm for a message that is due after the next two surveys. */
  #setAlarm(lane: string, dueAt: number): void {
    if (dueAt - Date.now() < 2 * surveyIntervalMs) this.#alarms.set(lane, dueAt);
  }
}
