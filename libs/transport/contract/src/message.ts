/** Bytes with an id, as a transport sees them. */
export interface Message {
  /** 1 to 200 printable characters. Publishing the same id again within {@link dedupeWindowMs} stores nothing new. */
  readonly id: string;
  /** The fairness key, e.g. a function's name; 1 to 255 printable characters. Order is kept within a lane. */
  readonly lane: string;
  /** Opaque to the transport, delivered byte for byte. */
  readonly body: Uint8Array;
  /** Not delivered before this moment; at once when absent. */
  readonly notBefore?: Date;
}

/** One hand-over of a message to a consumer. */
export interface Delivery extends Message {
  /** 1 for the first delivery; counted across consumers, processes and restarts. */
  readonly attempt: number;
  /** Aborts when the lease was lost, or when the consumer drains and its grace has passed. */
  readonly signal: AbortSignal;
}

/** How long, in ms, a transport remembers the ids it has stored. JetStream's own default. */
export const dedupeWindowMs = 120_000;
