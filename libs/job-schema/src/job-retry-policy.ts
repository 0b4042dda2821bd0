import { parseDuration } from './duration.js';
import type { WaitBounds } from './retry-after.js';

/** When a job is retried, how often and how soon. The retry policy of callbacks is in `callback-dispatch`. */
export interface RetryPolicy extends WaitBounds {
  /** All attempts, including the first. */
  readonly maxAttempts: number;
  readonly retryableStatuses: ReadonlySet<number>;
}

/**
 * OpenFaaS's defaults. The waits before attempts 2 to 10, in seconds:
 *
 *     10-15  20-30  40-60  80-120  96-120  96-120  96-120  96-120  96-120
 */
export const defaultRetryPolicy: RetryPolicy = {
  maxAttempts: 10,
  minWaitMs: 10_000,
  maxWaitMs: 120_000,
  retryableStatuses: new Set([408, 429, 500, 502, 503, 504]),
};

/** Jitter stretches a wait by up to half, so that jobs which failed together are not retried together. */
const stretch = 1.5;
/** A wait at the upper bound cannot be stretched: there the jitter shortens it by up to a fifth. */
const shrink = 0.8;

/**
 * How long to wait before an attempt, in ms: doubling from `minWaitMs`, with jitter, within the policy's bounds.
 * @param attempt the number of the next attempt, at least 2
 * @param random from 0 to below 1
 */
export function waitBefore(policy: RetryPolicy, attempt: number, random: number = Math.random()): number {
  const { minWaitMs, maxWaitMs } = policy;
  const base = Math.min(minWaitMs * 2 ** Math.min(attempt - 2, 30), maxWaitMs);
  const high = Math.min(base * stretch, maxWaitMs);
  const low = Math.max(minWaitMs, Math.min(base, maxWaitMs * shrink));
  return Math.round(low + random * Math.max(0, high - low));
}

export interface PolicyReading {
  readonly policy: RetryPolicy;
  /** One for each unreadable annotation; its default is used. */
  readonly warnings: readonly string[];
}

/** Reads a function's `com.openfaas.retry.*` annotations; the defaults apply where there is none. */
export function retryPolicyOf(annotations: Readonly<Record<string, string>>): PolicyReading {
  const warnings: string[] = [];
  const read = <T, Default>(
    name: string,
    parse: (text: string) => T | undefined,
    defaultValue: Default,
  ): T | Default => {
    const text = annotations[`com.openfaas.retry.${name}`];
    if (text === undefined) return defaultValue;
    const value = parse(text.trim());
    if (value === undefined) warnings.push(`com.openfaas.retry.${name}: cannot read "${text}", using the default`);
    return value ?? defaultValue;
  };
  const givenMin = read('min_wait', parseDuration, undefined);
  const givenMax = read('max_wait', parseDuration, undefined);
  // A bound without annotation is moved, if needed, to leave space for the other bound and the jitter.
  const minWaitMs = givenMin ?? Math.min(defaultRetryPolicy.minWaitMs, (givenMax ?? Infinity) / stretch);
  const maxWaitMs = givenMax ?? Math.max(defaultRetryPolicy.maxWaitMs, minWaitMs * stretch);
  if (minWaitMs > maxWaitMs) warnings.push('com.openfaas.retry.min_wait is over max_wait: waiting for min_wait');
  const policy = {
    maxAttempts: read('attempts', parseAttempts, defaultRetryPolicy.maxAttempts),
    minWaitMs,
    maxWaitMs: Math.max(minWaitMs, maxWaitMs),
    retryableStatuses: read('codes', parseStatuses, defaultRetryPolicy.retryableStatuses),
  };
  return { policy, warnings };
}

function parseAttempts(text: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined;
}

function parseStatuses(text: string): ReadonlySet<number> | undefined {
  const codes = text.split(',').map((code) => code.trim());
  return codes.every((code) => /^[1-5]\d\d$/.test(code)) ? new Set(codes.map(Number)) : undefined;
}
