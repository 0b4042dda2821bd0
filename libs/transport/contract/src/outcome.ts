/** What a consumer decides about one delivery. A value, so it can be decided only once. */
export type Outcome =
  | { readonly kind: 'ack' }
  | {
      readonly kind: 'retry';
      readonly afterMs: number;
      /** False when it was no attempt, and is not to be counted as one. */
      readonly counted?: false;
    }
  | { readonly kind: 'dead-letter'; readonly reason: string };

/** Done: forget the message. */
export const ack = (): Outcome => ({ kind: 'ack' });

/** Give it back, to be delivered again no sooner than `afterMs` from now. */
export const retry = (afterMs: number): Outcome => ({ kind: 'retry', afterMs });

/** Leave it for another consumer, which gets it no sooner than `afterMs` from now: this delivery was no attempt. */
export const leave = (afterMs: number): Outcome => ({ kind: 'retry', afterMs, counted: false });

/** Give up on it: kept with its reason, never delivered again unless redriven. */
export const deadLetter = (reason: string): Outcome => ({ kind: 'dead-letter', reason });
