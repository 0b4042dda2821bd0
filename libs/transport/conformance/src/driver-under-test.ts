import type { Broker } from '@later/testing';
import type { Backend } from '@later/transport-contract';

/** How the suite starts a driver's backend. A driver's spec is little more than one of these. */
export interface DriverUnderTest {
  readonly name: string;
  /** How long this backend waits for a silent consumer, in ms. Short, so that the suite is. */
  readonly ackWaitMs: number;
  /** How long after the ack wait a dead consumer's deliveries may take to start elsewhere, in ms. */
  readonly takeoverMs: number;
  /** Starts a backend of its own, empty. Called once for the whole suite. */
  readonly startBackend: () => Promise<BackendUnderTest>;
  /** Guarantees this driver cannot give. The reason is printed with the skipped test. */
  readonly skip?: Partial<Record<string, string>>;
}

/** A real backend, and what can happen to one. A driver without a broker says what stands in for it. */
export interface BackendUnderTest extends Omit<Broker, 'url'> {
  /** One more process's worth of transport: shares nothing with the others but the backend. */
  readonly connect: () => Promise<Backend>;
  /** What a process of its own needs to connect: a built module, its export, and that function's only argument. */
  readonly driver: { readonly module: string; readonly connect: string; readonly config: unknown };
}
