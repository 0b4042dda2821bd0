/** What JetStream says of a delivery in the subject that its acknowledgement goes to. */
export interface DeliveryFacts {
  /** Deliveries so far, this one included. */
  readonly deliveries: number;
  readonly streamSequence: number;
  /** Messages of the lane that were never delivered and come after this one. */
  readonly pending: number;
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<stored at>.<pending>`; newer servers put
 * domain and account before the stream, and a random token at the end (ADR-15 of nats-architecture-and-design).
 */
export function readAckSubject(subject: string): DeliveryFacts {
  const tokens = subject.split('.');
  const from = tokens.length >= 11 ? 6 : 4;
  return {
    deliveries: Number(tokens[from]),
    streamSequence: Number(tokens[from + 1]),
    pending: Number(tokens[from + 4]),
  };
}

/** Where a message is acknowledged whoever it was delivered to: only the stream sequence counts (consumer.go, `ackMsg`). */
export const ackSubjectOf = (stream: string, consumer: string, streamSequence: number): string =>
  `$JS.ACK.${stream}.${consumer}.1.${streamSequence}.1.0.0`;
