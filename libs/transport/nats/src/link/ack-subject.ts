/** Facts about a delivery. JetStream writes them into the subject on which the delivery is acknowledged. */
export interface DeliveryFacts {
  /** The number of deliveries of this message so far, including this one. */
  readonly deliveries: number;
  readonly streamSequence: number;
  /** The number of later messages of the lane that were never delivered. */
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

/** The subject that acknowledges a message for any of its deliveries: the server reads only the stream sequence (consumer.go, `ackMsg`). */
export const ackSubjectOf = (stream: string, consumer: string, streamSequence: number): string =>
  `$JS.ACK.${stream}.${consumer}.1.${streamSequence}.1.0.0`;
