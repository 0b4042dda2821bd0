import type { Delivery, Message } from './message.js';
import type { Outcome } from './outcome.js';

/** Decides what becomes of one delivery. Throwing is a defect: reported to `onError`, then retried after a second. */
export type Handler = (delivery: Delivery) => Promise<Outcome>;

export interface SubscribeOptions {
  /** Most deliveries held at once over all lanes, at least 1. */
  readonly maxInFlight: number;
  /** Most deliveries held at once of any one lane; `maxInFlight` when absent. */
  readonly maxInFlightPerLane?: number;
  /** Told of what a handler threw, and of outcomes that could not be stored. */
  readonly onError?: (error: unknown, delivery?: Delivery) => void;
}

export interface Subscription {
  /**
   * Takes nothing new, waits up to `graceMs` for what is held, then aborts the rest and gives it back.
   * May be called twice; resolves when nothing is held.
   */
  drain(graceMs: number): Promise<void>;
}

/** How much a queue holds, in messages. */
export interface Depth {
  /** Ready, or waiting for their time. */
  readonly waiting: number;
  readonly inFlight: number;
  readonly deadLetters: number;
  /** `waiting` by lane; lanes with none are absent. */
  readonly lanes: ReadonlyMap<string, number>;
}

/**
 * Carries messages from publishers to consumers, at least once. Mechanism only: how often and how soon to retry is
 * decided above. Queues and lanes come into being when they are first used.
 */
export interface Transport {
  /**
   * Resolves when the message is stored, or was already under this id.
   * @throws TransportUnavailableError within five seconds when the backend is gone
   * @throws QueueFullError when it takes no more
   * @throws MessageTooLargeError naming the backend's limit
   */
  publish(queue: string, message: Message): Promise<void>;
  /** Delivers messages round-robin over the lanes that have any. */
  subscribe(queue: string, handler: Handler, options: SubscribeOptions): Promise<Subscription>;
  /**
   * Removes a message that waits. True once it can be delivered no more; false when there is none by that id or a
   * consumer holds it.
   */
  remove(queue: string, id: string): Promise<boolean>;
  depth(queue: string): Promise<Depth>;
}
