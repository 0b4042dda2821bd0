/** The messages between the main thread and the database thread. */
import type { DeadLetter, DeadLetterPage, Depth, Message, Outcome } from '@later/transport-contract';

/** The start options of the database thread. */
export interface ThreadOptions {
  readonly path: string;
  /** How long to wait for the write lock, in ms. */
  readonly timeoutMs: number;
}

/** Identifies one delivery of one message: each take of a message gives it a new token. */
export interface LeaseKey {
  readonly seq: number;
  readonly token: number;
}

export interface TakenMessage extends LeaseKey, Omit<Message, 'notBefore'> {
  readonly attempt: number;
}

/** How many messages a subscription can take now, in all and by lane. */
export interface TakeOptions {
  readonly queue: string;
  readonly ackWaitMs: number;
  readonly capacity: number;
  /** The lane that was served last: the take begins with the lane after it. */
  readonly afterLane: string;
  readonly capacityPerLane: number;
  /** The lanes with a capacity below `capacityPerLane`. */
  readonly capacityByLane: ReadonlyMap<string, number>;
}

/** Everything that the thread does to the database. An operation runs inside a transaction that it may share. */
export interface Operations {
  readonly publish: (queue: string, message: Message) => void;
  /** The next messages in turn; empty when no message is ready. */
  readonly take: (options: TakeOptions) => readonly TakenMessage[];
  /** False when the lease was lost. */
  readonly extend: (lease: LeaseKey, ackWaitMs: number) => boolean;
  /** Does nothing when the lease was lost. */
  readonly settle: (lease: LeaseKey, outcome: Outcome) => void;
  /** Undoes a take whose message was not used: the attempt is not counted. */
  readonly giveBack: (lease: LeaseKey) => void;
  readonly remove: (queue: string, id: string) => boolean;
  readonly depth: (queue: string) => Depth;
  readonly listDeadLetters: (queue: string, limit: number, after?: string) => DeadLetterPage;
  readonly readDeadLetter: (queue: string, id: string) => DeadLetter | undefined;
  readonly redriveDeadLetter: (queue: string, id: string) => boolean;
  readonly deleteDeadLetter: (queue: string, id: string) => boolean;
  /** Deletes ids older than the dedupe window, a limited number at a time. */
  readonly purge: () => void;
  /** Changes nothing, but needs the write lock. */
  readonly ping: () => void;
}

/** Requests one operation from the database thread. */
export interface ThreadRequest<Name extends keyof Operations = keyof Operations> {
  readonly number: number;
  readonly name: Name;
  readonly args: Parameters<Operations[Name]>;
  /** In the time of {@link monotonicMs}; the thread does not begin the request after it. */
  readonly deadline: number;
}

/** Makes the thread reply now to the take of this number, with an empty list if it took nothing. */
export interface StopTake {
  readonly stopTake: number;
}

export type ThreadInput = readonly (ThreadRequest | StopTake)[] | 'close';

/** `full`: the disk is full. `unavailable`: SQLite reported another error. `defect`: our own code threw. */
export type FailureKind = 'full' | 'unavailable' | 'defect';

export interface FailedReply {
  readonly number: number;
  readonly failure: FailureKind;
  readonly message: string;
}

export type ThreadReply = { readonly number: number; readonly value: unknown } | FailedReply;

/** The number of the reply that says that the database is open, or why it cannot be opened. */
export const openingNumber = 0;

/** A clock in ms that never steps and that all threads of a process share; `performance.now()` differs by thread. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);
