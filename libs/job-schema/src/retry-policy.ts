import { parseDuration } from './duration.js';

/** When a job is tried again, how often and how soon. */
export interface RetryPolicy {
  /** All attempts, the first included. */
  readonly maxAttempts: number;
  readonly minWaitMs: number;
  readonly maxWaitMs: number;
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

/** Jitter stretches a wait by up to half, so that jobs which failed together do not come back together. */
const stretch = 1.5;
/** At the longest wait there is no room above: the jitter takes up to a fifth away instead. */
const shrink = 0.8;

/**
 * How long to wait before an attempt, in ms: doubling from `minWaitMs`, with jitter, within the policy's bounds.
 * @param attempt the one that is to come, at least 2
 * @param random from 0 to below 1
 */
export function waitBefore(policy: RetryPolicy, attempt: number, random: number = Math.random()): number {
  const { minWaitMs, maxWaitMs } = policy;
  const base = Math.min(minWaitMs * 2 ** Math.min(attempt - 2, 30), maxWaitMs);
  const high = Math.min(base * stretch, maxWaitMs);
  const low = Math.max(minWaitMs, Math.min(base, maxWaitMs * shrink));
  return Math.round(low + random * Math.max(0, high - low));
}

/**
 * What a `Retry-After` asks for, in ms from `now`, kept within bounds and stretched by up to a fifth
 * where they leave room, so that those who were told the same do not come back together; undefined when unreadable.
 * @param random from 0 to below 1
 */
export function retryAfterMs(
  bounds: Pick<RetryPolicy, 'minWaitMs' | 'maxWaitMs'>,
  value: string | undefined,
  now: Date,
  random: number = Math.random(),
): number | undefined {
  if (value === undefined) return undefined;
  const asked = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now.getTime();
  if (Number.isNaN(asked)) return undefined;
  const bounded = Math.min(Math.max(asked, bounds.minWaitMs), bounds.maxWaitMs);
  return Math.round(Math.min(bounded * (1 + random / 5), bounds.maxWaitMs));
}

export interface PolicyReading {
  readonly policy: RetryPolicy;
  /** One for each annotation that could not be read; the default stands in for it. */
  readonly warnings: readonly string[];
}

/** Reads a function's `com.openfaas.retry.*` annotations over the defaults. */
export function retryPolicyOf(annotations: Readonly<Record<string, string>>): PolicyReading {
  const warnings: string[] = [];
  const read = <T, Otherwise>(
    name: string,
    parse: (text: string) => T | undefined,
    otherwise: Otherwise,
  ): T | Otherwise => {
    const text = annotations[`com.openfaas.retry.${name}`];
    if (text === undefined) return otherwise;
    const value = parse(text.trim());
    if (value === undefined) warnings.push(`com.openfaas.retry.${name}: cannot read "${text}", using the default`);
    return value ?? otherwise;
  };
  const givenMin = read('min_wait', parseDuration, undefined);
  const givenMax = read('max_wait', parseDuration, undefined);
  // A bound that is not given makes room for the one that is, and for the jitter.
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
