import type { Instance } from '@later/runtime-contract';

/** The place of one instance: from the decision to start it until all of it is gone. */
export interface Slot {
  readonly id: string;
  /** Of the deployment that it runs. */
  readonly revision: string;
  /** There once it can be called. */
  instance?: Instance;
  /** Calls it answers at this moment. */
  inFlight: number;
  /** When the last of them has had its time; of `performance.now`. */
  busyUntil: number;
  /** Takes no more calls: it ends when the last is answered. */
  retiring: boolean;
  /** Aborts a start that is not wanted any more, and the wait before it. */
  readonly giveUp: AbortController;
}

/** A call that its instance has not ended this long after its time is not waited for. */
const overdueMs = 5_000;

/** How long to wait for the calls of an instance that is to go: as long as each of them may take. */
export const drainMs = ({ busyUntil }: Pick<Slot, 'busyUntil'>, now: number): number =>
  Math.max(0, busyUntil - now) + overdueMs;

/** Of those that can be called the one with the fewest calls, and of equals the one that waited longest. */
export function leastBusy(slots: readonly Slot[]): Slot | undefined {
  let found: Slot | undefined;
  for (const slot of slots) {
    if (!slot.instance || slot.retiring) continue;
    if (!found || slot.inFlight < found.inFlight) found = slot;
  }
  return found;
}
