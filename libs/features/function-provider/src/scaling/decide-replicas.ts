import { formatDuration } from '@later/job-schema';
import { type ScalePolicy, type ScaleType } from '@later/function-schema';

import { updateMemory, type ScaleMemory } from './scale-memory.js';

/** The load of a function. */
export interface Work {
  /** Started calls per second, averaged over ten seconds. */
  readonly perSecond: number;
  readonly inFlight: number;
  /** The number of waiting jobs; undefined when the queue could not be read. */
  readonly queued: number | undefined;
  /** The time since its last call ended. */
  readonly idleMs: number;
}

export interface Situation {
  readonly policy: ScalePolicy;
  /** The number of instances that should run now. */
  readonly current: number;
  readonly work: Work;
  /** The time of a monotonic clock, in ms. */
  readonly now: number;
  /** The memory that the previous decision returned; absent for the first decision. */
  readonly memory?: ScaleMemory;
}

export interface Decision {
  /** The number of instances that should run from now on. */
  readonly replicas: number;
  /** The reason, for the log line about a changed number. */
  readonly because: string;
  readonly memory: ScaleMemory;
}

/** A rounding error of a division must not start an instance. */
const tolerance = 1e-9;

const units: Readonly<Record<ScaleType, string>> = {
  rps: 'calls a second',
  capacity: 'calls in flight',
  queue: 'jobs waiting or in flight',
};

/**
 * Decides how many instances of a function should run.
 *
 * - Without a label for a target or for zero, the number stays as it was set.
 * - Zero: after `zeroAfterMs` without a call, with no call in flight and no waiting job. A number that was set by hand or
 *   by a call restarts that time. At zero, a call starts the instances itself; this function only starts them for
 *   waiting jobs.
 * - Target: enough instances for the load at `target.load` each, from `min` to `max`, and never zero. The number rises at
 *   once, because callers wait. It falls to the largest number wanted within `downWindowMs`, because a new start costs
 *   more than an instance that stays. A number that was set by hand counts as wanted.
 * - An unknown load keeps the number.
 */
export function decideReplicas(situation: Situation): Decision {
  const { policy, current, work, now } = situation;
  const { target, zeroAfterMs } = policy;
  const least = Math.max(1, policy.min);
  const bounded = (count: number): number => Math.min(policy.max, Math.max(least, count));
  const load = target && loadOf(target.type, work);
  const wish = target && bounded(load === undefined ? current : Math.ceil(load / target.load - tolerance));
  const { memory, mostWanted, unchangedMs } = updateMemory(
    situation.memory,
    { current, wish, now },
    policy.downWindowMs,
  );
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

/** The load in the unit of the target; undefined when it is unknown. */
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
