import type { Message } from './message.js';

/** A message that a consumer gave up on, kept with its reason. */
export interface DeadLetter extends Omit<Message, 'notBefore'> {
  readonly reason: string;
  /** The attempt that ended it. */
  readonly attempt: number;
  readonly diedAt: Date;
}

export interface DeadLetterPage {
  readonly entries: readonly DeadLetter[];
  /** The `after` of the next page; absent on the last page. */
  readonly next?: string;
}

/** The dead letters of each queue. */
export interface DeadLetters {
  /** Oldest first. `limit` is at most 100. */
  list(queue: string, page: { readonly limit: number; readonly after?: string }): Promise<DeadLetterPage>;
  read(queue: string, id: string): Promise<DeadLetter | undefined>;
  /** Puts the message back in its queue, at the end of its lane; attempts count from 1 again. False when there is none. */
  redrive(queue: string, id: string): Promise<boolean>;
  /** Deletes the dead letter. False when there is none. */
  delete(queue: string, id: string): Promise<boolean>;
}
