import type { Message } from './message.js';

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
