import { parseDuration } from '@later/job-schema';

import type { CallableFunction } from './function-directory.js';

/** By which a caller asks for less time than its function has (OpenFaaS). */
export const timeoutHeader = 'X-Timeout';

/** Reads an `X-Timeout`: a Go duration, or seconds. @returns ms; undefined for what is neither, and for no time at all */
export const readTimeout = (text: string): number | undefined =>
  parseDuration(/^\d+$/.test(text) ? `${text}s` : text) || undefined;

/**
 * How long one call to a function may take in all, in ms.
 * @param otherwiseMs for a function that does not say
 * @param asked the caller's `X-Timeout`, which can only shorten that; one that cannot be read is passed over
 */
export function allowedTime(
  { timeoutMs }: Pick<CallableFunction, 'timeoutMs'>,
  otherwiseMs: number,
  asked: string | undefined,
): number {
  const allowedMs = timeoutMs ?? otherwiseMs;
  return Math.min(allowedMs, (asked === undefined ? undefined : readTimeout(asked)) ?? allowedMs);
}
