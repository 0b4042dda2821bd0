import type { Delivery, Message } from './message.js';
import type { Outcome } from './outcome.js';

/**
 * What a stored message survives: `none` not even our own crash, `crash` a kill -9 of every process and the broker,
 * `power` a power cut too; `unknown` where the broker hides its settings.
 */
export type Durability = 'none' | 'crash' | 'power' | 'unknown';

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

/** A message given up on, kept with its reason. */
export interface DeadLetter extends Omit<Message, 'notBefore'> {
  readonly reason: string;
  /** The attempt that ended it. */
  readonly attempt: number;
  readonly diedAt: Date;
}

export interface DeadLetterPage {
  readonly entries: readonly DeadLetter[];
  /** Pass as `after` to read on; absent on the last page. */
  readonly next?: string;
}

/** The messages of each queue that were given up on. */
export interface DeadLetters {
  /** Oldest first. `limit` is at most 100. */
  list(queue: string, page: { readonly limit: number; readonly after?: string }): Promise<DeadLetterPage>;
  read(queue: string, id: string): Promise<DeadLetter | undefined>;
  /** Puts it back in its queue, at the end of its lane, with its attempts counted anew. False when there is none. */
  redrive(queue: string, id: string): Promise<boolean>;
  /** Forgets it. False when there is none. */
  delete(queue: string, id: string): Promise<boolean>;
}

/**
 * Carries messages from publishers to consumers, at least once. Mechanism only: how often and how soon to retry is
 * decided above. Queues and lanes come into being when they are first used.
 */
export interface Transport {
  readonly name: string;
  /** The level in force, found out when connecting. */
  readonly durability: Durability;
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
  readonly deadLetters: DeadLetters;
  /** @throws TransportUnavailableError when the backend does not answer within two seconds */
  ping(): Promise<void>;
  /** Drains nothing: drain the subscriptions first. May be called twice. */
  close(): Promise<void>;
}
