/** What the autoscaler knows of a function from one decision to the next. */
export interface ScaleMemory {
  /** Instances there should be, as it was decided. */
  readonly replicas: number;
  /** When somebody else last set that number. */
  readonly changedAt: number;
  /** What was wanted within the down window, oldest first. */
  readonly wanted: readonly { readonly at: number; readonly replicas: number }[];
}

export interface Lesson {
  readonly memory: ScaleMemory;
  /** The most instances that were wanted within the window. */
  readonly mostWanted: number;
  /** How long nobody else has set their number. */
  readonly unchangedMs: number;
}

/**
 * Adds to a function's memory what it is now: `current`, which is another number than was decided when somebody else has
 * set it, and `wish`, which its load asks for, if that counts. The first look at a function finds what others have set.
 */
export function learn(
  memory: ScaleMemory | undefined,
  seen: { readonly current: number; readonly wish: number | undefined; readonly now: number },
  windowMs: number,
): Lesson {
  const { current, wish, now } = seen;
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
