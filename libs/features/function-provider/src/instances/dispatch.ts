import type { Instance, InstanceCall } from '@later/runtime-contract';

import type { Slot } from './slot.js';

/** A call to a function; the function's settings add the time limit. */
export type CallWithoutTimeout = Omit<InstanceCall, 'timeoutMs'>;

/** Why no instance could take a call. */
export type DispatchFailure =
  /** Every instance has as many calls in flight as `max_inflight` allows. */
  | { readonly kind: 'busy' }
  /** The target is zero instances: the caller has to raise it first. */
  | { readonly kind: 'at-zero' }
  | { readonly kind: 'not-ready'; readonly reason: string }
  | { readonly kind: 'cannot-start'; readonly reason: string };

/** An instance, with the call already counted in its slot. */
export interface Reservation {
  readonly slot: Slot;
  readonly instance: Instance;
  readonly timeoutMs: number;
}
