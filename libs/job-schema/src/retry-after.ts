/** The shortest and longest wait that a `Retry-After` may lead to. */
export interface WaitBounds {
  readonly minWaitMs: number;
  readonly maxWaitMs: number;
}

/**
 * The wait that a `Retry-After` header asks for (RFC 9110 section 10.2.3), kept within the bounds. It is stretched by up
 * to a fifth, within the bounds, so that clients with the same answer do not retry at the same moment.
 * @param random from 0 to below 1
 * @returns ms from `now`; undefined when there is no header or it is unreadable
 */
export function retryAfterMs(
  bounds: WaitBounds,
  value: string | undefined,
  now: Date,
  random: number = Math.random(),
): number | undefined {
  if (value === undefined) return undefined;
  const requestedMs = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now.getTime();
  if (Number.isNaN(requestedMs)) return undefined;
  const bounded = Math.min(Math.max(requestedMs, bounds.minWaitMs), bounds.maxWaitMs);
  return Math.round(Math.min(bounded * (1 + random / 5), bounds.maxWaitMs));
}
