import { parseDuration } from '@later/job-schema';
import type { Fault } from './fault.js';

/** The settings in a function's environment that Later itself uses (OpenFaaS watchdog). */
export interface FunctionSettings {
  /** The time limit of one call, from `exec_timeout`; absent leaves the limit to the caller. */
  readonly timeoutMs?: number;
  /** The most calls in flight per instance, from `max_inflight`; absent means no limit. */
  readonly maxInflight?: number;
}

/** Parses a Go duration; a bare number is seconds, as in the watchdog. @returns ms */
const parseTimeout = (text: string): number | undefined => parseDuration(/^\d+$/.test(text) ? `${text}s` : text);

const parseCount = (text: string): number | undefined => (/^\d{1,6}$/.test(text) ? Number(text) : undefined);

const readers = {
  exec_timeout: { parse: parseTimeout, expected: 'a duration such as 500ms, 10s or 5m, at most 24 days' },
  max_inflight: { parse: parseCount, expected: 'a whole number from 0 to 999999' },
} as const;

/** Parses a function's settings. Ignores invalid ones, which `checkEnvironment` reports; 0 counts as absent. */
export function functionSettings(envVars: Readonly<Record<string, string>>): FunctionSettings {
  const timeoutMs = parseTimeout(envVars['exec_timeout'] ?? '');
  const maxInflight = parseCount(envVars['max_inflight'] ?? '');
  return { ...(timeoutMs && { timeoutMs }), ...(maxInflight && { maxInflight }) };
}

/** Reports every invalid setting in a function's environment. */
export function checkEnvironment(envVars: Readonly<Record<string, string>>): readonly Fault[] {
  return Object.entries(readers).flatMap(([name, { parse, expected }]) => {
    const text = envVars[name];
    if (text === undefined || parse(text) !== undefined) return [];
    return [{ path: ['envVars', name], message: `expected ${expected}, received "${text}"` }];
  });
}
