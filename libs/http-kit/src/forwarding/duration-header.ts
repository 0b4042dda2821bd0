import { headerValue, laterHeaders, type HeaderPairs } from '@later/job-schema';

/** The seconds since a time of `performance.now()`, as `X-Duration-Seconds` writes them. */
export const secondsSince = (startedMs: number): string => ((performance.now() - startedMs) / 1_000).toFixed(6);

/** `X-Duration-Seconds` until the answer began, for a function that does not send the header itself. */
export function durationHeader(answered: HeaderPairs, startedMs: number): HeaderPairs {
  if (headerValue(answered, laterHeaders.durationSeconds) !== undefined) return [];
  return [[laterHeaders.durationSeconds, secondsSince(startedMs)]];
}
