import type { DeadLetter, DeadLetterPage, Depth, Message, Outcome } from '@later/transport-contract';

/** What the main thread gives the database thread to start with. */
export interface ThreadOptions {
  readonly path: string;
  /** How long to wait for the write lock, in ms. */
  readonly timeoutMs: number;
}

/** Which hand-over of which message: a message that was taken again has another token. */
export interface LeaseKey {
  readonly seq: number;
  readonly token: number;
}

export interface TakenMessage extends LeaseKey, Omit<Message, 'notBefore'> {
  readonly attempt: number;
}

/** What a subscription can hold more of. */
export interface Wanted {
  readonly queue: string;
  readonly ackWaitMs: number;
  readonly room: number;
  /** The lane served last: the turn is with the one after it. */
  readonly afterLane: string;
  readonly roomPerLane: number;
  /** The lanes with less room than `roomPerLane`. */
  readonly roomByLane: ReadonlyMap<string, number>;
}

/** What can be done to the database. Each runs inside a transaction that it may share with others. */
export interface Operations {
  readonly publish: (queue: string, message: Message) => void;
  /** The next messages in turn; none when there are none for now. */
  readonly take: (wanted: Wanted) => readonly TakenMessage[];
  /** False when the lease is no longer ours. */
  readonly extend: (lease: LeaseKey, ackWaitMs: number) => boolean;
  /** Does nothing when the lease is no longer ours. */
  readonly settle: (lease: LeaseKey, outcome: Outcome) => void;
  /** Undoes a take that came too late to be used: it counts as no attempt. */
  readonly giveBack: (lease: LeaseKey) => void;
  readonly remove: (queue: string, id: string) => boolean;
  readonly depth: (queue: string) => Depth;
  readonly listDeadLetters: (queue: string, limit: number, after?: string) => DeadLetterPage;
  readonly readDeadLetter: (queue: string, id: string) => DeadLetter | undefined;
  readonly redriveDeadLetter: (queue: string, id: string) => boolean;
  readonly deleteDeadLetter: (queue: string, id: string) => boolean;
  /** Forgets ids older than the dedupe window, a few at a time. */
  readonly purge: () => void;
  /** Does nothing, but needs the write lock to do it. */
  readonly ping: () => void;
}

/** One operation asked of the database thread. */
export interface Request<Name extends keyof Operations = keyof Operations> {
  readonly number: number;
  readonly name: Name;
  readonly args: Parameters<Operations[Name]>;
  /** In terms of {@link monotonicMs}; not begun after it. */
  readonly deadline: number;
}

/** Asks that the take of this number be answered now, with nothing if nothing was taken. */
export interface StopTaking {
  readonly stopTaking: number;
}

export type ToThread = readonly (Request | StopTaking)[] | 'close';

export type Failure = 'full' | 'unavailable' | 'defect';

export type Answer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly failure: Failure; readonly message: string };

/** The number under which the thread says that the database is open, or why it is not. */
export const openingNumber = 0;

/** A clock in ms that never steps and that all threads of a process share; `performance.now()` is one per thread. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);
