import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { Consumer, type Handler, type SubscribeOptions, type Subscription } from '@later/transport-contract';

import type { Announcer } from './announcer.js';
import type { BullMqConnection } from './bullmq-connection.js';
import type { BullMqDeadLetters } from './bullmq-dead-letters.js';
import { BullMqLease } from './bullmq-lease.js';
import { LaneAlarms } from './lane-alarms.js';
import { LaneTaker, type Asked } from './lane-taker.js';
import type { Lanes } from './lanes.js';
import { surveyQueue, type LaneSurvey } from './queue-survey.js';
import type { WakeUpCalls } from './wake-up-calls.js';

/** How often the whole queue is looked at, for what nobody calls about: lost calls, due messages, dead consumers. */
const lookEveryMs = 1_000;

/** What a subscription needs of its transport. */
export interface SubscriptionContext {
  readonly connection: BullMqConnection;
  readonly lanes: Lanes;
  readonly announcer: Announcer;
  readonly deadLetters: BullMqDeadLetters;
  readonly wakeUpCalls: WakeUpCalls;
  readonly closing: AbortSignal;
}

/** Takes messages of one queue: when called, when a delayed one is due, and whenever a look at the queue finds some. */
export class BullMqSubscription implements Subscription {
  readonly #context: SubscriptionContext;
  readonly #queue: string;
  readonly #consumer: Consumer;
  readonly #taker: LaneTaker<BullMqLease>;
  readonly #alarms: LaneAlarms;
  readonly #draining = new AbortController();
  readonly #stopped: AbortSignal;
  readonly #name = randomUUID();
  #taken = 0;
  #stopListening?: () => void;

  constructor(context: SubscriptionContext, queue: string, handler: Handler, options: SubscribeOptions) {
    this.#context = context;
    this.#queue = queue;
    this.#stopped = AbortSignal.any([this.#draining.signal, context.closing]);
    this.#alarms = new LaneAlarms((lane) => this.#taker.wake(lane), this.#stopped);
    this.#consumer = new Consumer({
      ...options,
      handler,
      ackWaitMs: context.connection.ackWaitMs,
      onCapacity: () => this.#taker.take(),
      onDrain: () => this.#stop(),
    });
    this.#taker = new LaneTaker({
      room: this.#consumer,
      ask: (lane) => this.#ask(lane),
      hold: (lease) => this.#consumer.hold(lease),
      giveBack: (lease) => lease.giveBackUnseen(),
      onDue: (lane, dueAt) => this.#expect(lane, dueAt),
    });
  }

  async start(): Promise<this> {
    // Before the first look, so that nothing is published unnoticed in between.
    this.#stopListening = await this.#context.wakeUpCalls.listen(this.#queue, (lane) => {
      if (lane === undefined) void this.#look();
      else this.#taker.wake(lane);
    });
    void this.#keepLooking();
    return this;
  }

  drain(graceMs: number): Promise<void> {
    return this.#consumer.drain(graceMs);
  }

  async #stop(): Promise<void> {
    this.#draining.abort();
    this.#stopListening?.();
    await this.#taker.answered();
  }

  async #ask(name: string): Promise<Asked<BullMqLease>> {
    const { lanes, deadLetters } = this.#context;
    const lane = lanes.get(this.#queue, name);
    const token = `${this.#name}/${this.#taken++}`;
    const { job, dueAt } = await lane.take(token);
    if (!job) return dueAt === undefined ? {} : { dueAt };
    const onGivenBack = (afterMs: number): void => this.#givenBack(name, afterMs);
    return { taken: new BullMqLease(job, { lane, token, deadLetters, onGivenBack }) };
  }

  #givenBack(lane: string, afterMs: number): void {
    if (afterMs > 0) this.#expect(lane, Date.now() + afterMs);
    // Any consumer may take it, and when we drain another one should, at once. Should that fail, the others look.
    else this.#context.announcer.announce(this.#queue, lane).catch(() => undefined);
  }

  async #keepLooking(): Promise<void> {
    while (!this.#stopped.aborted) {
      await this.#look();
      await delay(lookEveryMs, undefined, { signal: this.#stopped }).catch(() => undefined);
    }
  }

  /** Never rejects: while Redis is away there is nothing to see. */
  async #look(): Promise<void> {
    try {
      void this.#context.wakeUpCalls.check();
      const lanes = await surveyQueue(this.#context.connection, this.#queue);
      await Promise.all(lanes.map((lane) => this.#lookAt(lane)));
    } catch {
      return;
    }
  }

  async #lookAt({ lane, ready, inFlight, dueAt }: LaneSurvey): Promise<void> {
    if (this.#stopped.aborted) return;
    if (ready > 0) this.#taker.wake(lane);
    if (dueAt !== undefined) this.#expect(lane, dueAt);
    if (inFlight > 0 && (await this.#context.lanes.get(this.#queue, lane).recoverStalled())) this.#taker.wake(lane);
  }

  /** What is due later than the look after next is found by then. */
  #expect(lane: string, dueAt: number): void {
    if (dueAt - Date.now() < 2 * lookEveryMs) this.#alarms.set(lane, dueAt);
  }
}
