import type { Instance } from '../runtimes/runtime.js';

/** The place of one instance: from the decision to start it until all of it is gone. */
export interface Slot {
  readonly id: string;
  /** Of the deployment that it runs. */
  readonly revision: string;
  /** There once it can be called. */
  instance?: Instance;
  /** Calls it answers at this moment. */
  inFlight: number;
  /** Takes no more calls: it ends when the last is answered. */
  retiring: boolean;
  /** Aborts a start that is not wanted any more, and the wait before it. */
  readonly giveUp: AbortController;
}

/** Of those that can be called the one with the fewest calls, and of equals the one that waited longest. */
export function leastBusy(slots: readonly Slot[]): Slot | undefined {
  let found: Slot | undefined;
  for (const slot of slots) {
    if (!slot.instance || slot.retiring) continue;
    if (!found || slot.inFlight < found.inFlight) found = slot;
  }
  return found;
}
