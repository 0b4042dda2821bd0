import type { DeadLetters } from './dead-letters.js';
import type { Transport } from './transport.js';

/**
 * What a stored message survives: `none` not even our own crash, `crash` a kill -9 of every process and the broker,
 * `power` a power cut too; `unknown` where the broker hides its settings.
 */
export type Durability = 'none' | 'crash' | 'power' | 'unknown';

/** A connection to a broker or a database, and the parts of Later that it carries. Each driver's `connect` makes one. */
export interface Backend {
  /** Of the driver: `embedded`, `nats`, `bullmq`. */
  readonly name: string;
  /** The level in force, found out when connecting. */
  readonly durability: Durability;
  readonly transport: Transport;
  readonly deadLetters: DeadLetters;
  /** @throws TransportUnavailableError when the backend does not answer within two seconds */
  ping(): Promise<void>;
  /** Drains nothing: drain the subscriptions first. May be called twice. */
  close(): Promise<void>;
}
