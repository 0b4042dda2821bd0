import { parseDuration } from '@later/job-schema';

import type { CallableFunction } from './function-directory.js';

/** The header with which a caller asks for less time than the function has (OpenFaaS). */
export const timeoutHeader = 'X-Timeout';

/** Reads an `X-Timeout`: a Go duration, or seconds. @returns ms; undefined when it is unreadable or 0 */
export const readTimeout = (text: string): number | undefined =>
  parseDuration(/^\d+$/.test(text) ? `${text}s` : text) || undefined;

/**
 * How long one call to a function may take in all, in ms.
 * @param defaultMs for a function without `exec_timeout`
 * @param requested the caller's `X-Timeout`; it can only shorten the time, and is ignored when unreadable
 */
export function allowedTime(
  { timeoutMs }: Pick<CallableFunction, 'timeoutMs'>,
  defaultMs: number,
  requested: string | undefined,
): number {
  const allowedMs = timeoutMs ?? defaultMs;
  return Math.min(allowedMs, (requested === undefined ? undefined : readTimeout(requested)) ?? allowedMs);
}
