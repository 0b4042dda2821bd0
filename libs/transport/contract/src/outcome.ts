/** What a consumer decides about one delivery. A value, so it can be decided only once. */
export type Outcome =
  | { readonly kind: 'ack' }
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'dead-letter'; readonly reason: string };

/** Done: forget the message. */
export const ack = (): Outcome => ({ kind: 'ack' });

/** Give it back, to be delivered again no sooner than `afterMs` from now. */
export const retry = (afterMs: number): Outcome => ({ kind: 'retry', afterMs });

/** Give up on it: kept with its reason, never delivered again unless redriven. */
export const deadLetter = (reason: string): Outcome => ({ kind: 'dead-letter', reason });
