import type { Delivery, Message } from './message.js';
import type { Outcome } from './outcome.js';

/** Decides the outcome of one delivery. An exception is a defect: reported to `onError`, then retried after a second. */
export type Handler = (delivery: Delivery) => Promise<Outcome>;

export interface SubscribeOptions {
  /** Most deliveries held at once over all lanes, at least 1. */
  readonly maxInFlight: number;
  /** Most deliveries held at once of any one lane; `maxInFlight` when absent. */
  readonly maxInFlightPerLane?: number;
  /** Receives the exceptions of the handler, and the errors of outcomes that could not be stored. */
  readonly onError?: (error: unknown, delivery?: Delivery) => void;
}

export interface Subscription {
  /**
   * Takes no more messages, waits up to `graceMs` for the held deliveries, then aborts the rest and gives them back.
   * Resolves when nothing is held. May be called twice.
   */
  drain(graceMs: number): Promise<void>;
}

/** The number of messages in a queue, by state. */
export interface Depth {
  /** Messages that are ready, or delayed. */
  readonly waiting: number;
  readonly inFlight: number;
  readonly deadLetters: number;
  /** `waiting` by lane, without the lanes that have none. */
  readonly lanes: ReadonlyMap<string, number>;
}

/**
 * Carries messages from publishers to consumers, at least once. The consumer decides how often and how soon to retry.
 * A queue or lane is created when it is first used.
 */
export interface Transport {
  /**
   * Resolves when the message is stored, or when a message with this id was stored before.
   * @throws TransportUnavailableError within five seconds when the backend is gone
   * @throws QueueFullError when the backend has no space for more
   * @throws MessageTooLargeError naming the backend's limit
   */
  publish(queue: string, message: Message): Promise<void>;
  /** Delivers messages round-robin over the lanes that have messages. */
  subscribe(queue: string, handler: Handler, options: SubscribeOptions): Promise<Subscription>;
  /**
   * Removes a waiting message. Resolves with true once it cannot be delivered any more, or with false when the queue has
   * no message of this id or a consumer holds it.
   */
  remove(queue: string, id: string): Promise<boolean>;
  depth(queue: string): Promise<Depth>;
}
