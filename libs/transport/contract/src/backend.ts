import type { DeadLetters } from './dead-letters.js';
import type { Transport } from './transport.js';

/**
 * The faults that a stored message survives: with `none`, no crash; with `crash`, a kill -9 of every process and the
 * broker; with `power`, a power cut too; `unknown` when the broker hides its settings.
 */
export type Durability = 'none' | 'crash' | 'power' | 'unknown';

/** A connection to a broker or a database, with its transport and dead letters. Each driver's `connect…` returns one. */
export interface Backend {
  /** The driver's name: `embedded`, `nats` or `bullmq`. */
  readonly name: string;
  /** The level that the backend gives, found out when connecting. */
  readonly durability: Durability;
  readonly transport: Transport;
  readonly deadLetters: DeadLetters;
  /** @throws TransportUnavailableError when the backend does not answer within two seconds */
  ping(): Promise<void>;
  /** Closes the connection without draining: drain the subscriptions first. May be called twice. */
  close(): Promise<void>;
}
