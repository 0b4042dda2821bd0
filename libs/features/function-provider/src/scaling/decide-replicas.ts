import { formatDuration } from '@later/job-schema';
import { type ScalePolicy, type ScaleType } from '@later/function-schema';

import { learn, type ScaleMemory } from './scale-memory.js';

/** The work that a function has. */
export interface Work {
  /** Calls that start in a second, averaged over a short while. */
  readonly perSecond: number;
  readonly inFlight: number;
  /** Jobs that wait for it; undefined when that could not be learnt. */
  readonly queued: number | undefined;
  /** How long it has had no call. */
  readonly idleMs: number;
}

export interface Situation {
  readonly policy: ScalePolicy;
  /** Instances there should be at this moment. */
  readonly current: number;
  readonly work: Work;
  /** In ms, of a clock that never goes back. */
  readonly now: number;
  /** What the decision before this one has left; absent for the first. */
  readonly memory?: ScaleMemory;
}

export interface Decision {
  /** Instances there should be. */
  readonly replicas: number;
  /** For people; of use when the number changes. */
  readonly because: string;
  readonly memory: ScaleMemory;
}

/** Dividing leaves rounding errors; none of them is a reason to start an instance. */
const tolerance = 1e-9;

const units: Readonly<Record<ScaleType, string>> = {
  rps: 'calls a second',
  capacity: 'calls in flight',
  queue: 'jobs waiting or in flight',
};

/**
 * How many instances of a function there should be.
 *
 * - No label that asks for a target or for zero: as many as there are, set by whoever set them.
 * - Zero: once there was no call for `zeroAfterMs`, none is in flight and no job waits. Who starts instances by hand, or
 *   by a call, starts that time anew. From zero it is the call itself that starts one; here, only jobs that wait do.
 * - Target: as many as carry the load at `target.load` each, from `min` to `max`, and never zero: up at once, as callers
 *   wait; down to the most that were wanted within `downWindowMs`, as starting anew costs more than to stay. What was
 *   set by hand counts as wanted, so it is kept as long.
 * - Load that is not known keeps the number as it is.
 */
export function decideReplicas(situation: Situation): Decision {
  const { policy, current, work, now } = situation;
  const { target, zeroAfterMs } = policy;
  const least = Math.max(1, policy.min);
  const bounded = (count: number): number => Math.min(policy.max, Math.max(least, count));
  const load = target && loadOf(target.type, work);
  const wish = target && bounded(load === undefined ? current : Math.ceil(load / target.load - tolerance));
  const { memory, mostWanted, unchangedMs } = learn(situation.memory, { current, wish, now }, policy.downWindowMs);
  const decide = (replicas: number, because: string): Decision => ({
    replicas,
    because,
    memory: { ...memory, replicas },
  });

  if (!target && zeroAfterMs === undefined) return decide(current, 'it has no scaling labels');
  const isIdle = work.inFlight === 0 && work.queued === 0;
  if (zeroAfterMs !== undefined && isIdle && Math.min(work.idleMs, unchangedMs) >= zeroAfterMs) {
    return decide(0, `no call for ${formatDuration(zeroAfterMs)}`);
  }
  if (current === 0) {
    return work.queued ? decide(wish ?? least, `${work.queued} jobs wait`) : decide(0, 'nothing waits for it');
  }
  if (!target || wish === undefined) return decide(Math.max(current, least), `at least ${least}`);
  const carries = `${round(load)} ${units[target.type]}, ${round(target.load)} each, ${least} to ${policy.max} instances`;
  if (wish > current) return decide(wish, carries);
  return decide(
    Math.min(current, bounded(mostWanted)),
    `${carries}, no more wanted for ${formatDuration(policy.downWindowMs)}`,
  );
}

/** Undefined when it is not known. */
function loadOf(type: ScaleType, { perSecond, inFlight, queued }: Work): number | undefined {
  switch (type) {
    case 'rps':
      return perSecond;
    case 'capacity':
      return inFlight;
    case 'queue':
      return queued === undefined ? undefined : queued + inFlight;
  }
}

const round = (load: number | undefined): string => (load === undefined ? 'unknown' : `${Math.round(load * 10) / 10}`);
