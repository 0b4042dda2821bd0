/** The autoscaler's knowledge of a function from one decision to the next. */
export interface ScaleMemory {
  /** The number of instances that the last decision set. */
  readonly replicas: number;
  /** When the number was last changed by something else than the autoscaler. */
  readonly changedAt: number;
  /** The numbers wanted within the down window, oldest first. */
  readonly wanted: readonly { readonly at: number; readonly replicas: number }[];
}

export interface UpdatedMemory {
  readonly memory: ScaleMemory;
  /** The largest number wanted within the window. */
  readonly mostWanted: number;
  /** The time since the number was last changed by something else than the autoscaler. */
  readonly unchangedMs: number;
}

/**
 * Adds an observation to a function's memory: the `current` number of instances, and the number `wish` that its load asks
 * for. A `current` that differs from the last decision was set by something else; so is the first one ever seen.
 */
export function updateMemory(
  memory: ScaleMemory | undefined,
  observed: { readonly current: number; readonly wish: number | undefined; readonly now: number },
  windowMs: number,
): UpdatedMemory {
  const { current, wish, now } = observed;
  const isChanged = memory?.replicas !== current;
  const fresh = [isChanged ? current : undefined, wish].filter((each) => each !== undefined);
  const wanted = [...(memory?.wanted ?? []), ...fresh.map((replicas) => ({ at: now, replicas }))].filter(
    ({ at }) => now - at < windowMs,
  );
  const changedAt = isChanged ? now : memory.changedAt;
  return {
    memory: { replicas: current, changedAt, wanted },
    mostWanted: Math.max(wish ?? current, ...wanted.map(({ replicas }) => replicas)),
    unchangedMs: now - changedAt,
  };
}
