import type { Broker } from '@later/testing';
import type { Backend } from '@later/transport-contract';

/** A driver, and how the suite starts its backend. Each driver's `driver.int.spec.ts` passes one. */
export interface DriverUnderTest {
  readonly name: string;
  /** How long this backend waits for a silent consumer, in ms. A short time makes the suite short. */
  readonly ackWaitMs: number;
  /** How long after the ack wait a dead consumer's deliveries may take to start elsewhere, in ms. */
  readonly takeoverMs: number;
  /** Starts an empty backend that nothing else uses. Called once for the whole suite. */
  readonly startBackend: () => Promise<BackendUnderTest>;
}

/** A real backend, and the faults that the suite causes in it. A driver without a broker defines its own faults. */
export interface BackendUnderTest extends Omit<Broker, 'url'> {
  /** Connects as another process would: the result shares only the backend with the others. */
  readonly connect: () => Promise<Backend>;
  /** How a separate process connects: a built module, the name of its function, and the function's only argument. */
  readonly driver: { readonly module: string; readonly connect: string; readonly config: unknown };
}
