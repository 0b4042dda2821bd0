/** The decision of a consumer about one delivery. It is the handler's return value, so there is exactly one. */
export type Outcome =
  | { readonly kind: 'ack' }
  | {
      readonly kind: 'retry';
      readonly afterMs: number;
      /** False when the delivery does not count as an attempt. */
      readonly counted?: false;
    }
  | { readonly kind: 'dead-letter'; readonly reason: string };

/** The work is done: the message is deleted. */
export const ack = (): Outcome => ({ kind: 'ack' });

/** The message is delivered again, no sooner than `afterMs` from now. */
export const retry = (afterMs: number): Outcome => ({ kind: 'retry', afterMs });

/** As `retry`, but this delivery does not count as an attempt: it was left for another consumer. */
export const leave = (afterMs: number): Outcome => ({ kind: 'retry', afterMs, counted: false });

/** The message is kept with its reason, and delivered again only after a redrive. */
export const deadLetter = (reason: string): Outcome => ({ kind: 'dead-letter', reason });
