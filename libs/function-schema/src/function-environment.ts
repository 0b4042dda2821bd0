import { parseDuration } from '@later/job-schema';
import type { Fault } from './fault.js';

/** What Later itself reads of a function's environment (OpenFaaS watchdog). */
export interface FunctionSettings {
  /** The longest that one call may take, in all, from `exec_timeout`; 0 leaves it to whoever calls. */
  readonly timeoutMs?: number;
  /** Most calls at once of one instance, from `max_inflight`; 0 and absent are no limit. */
  readonly maxInflight?: number;
}

/** A Go duration; a bare number is seconds, as the watchdog reads it. @returns ms */
const parseTimeout = (text: string): number | undefined => parseDuration(/^\d+$/.test(text) ? `${text}s` : text);

const parseCount = (text: string): number | undefined => (/^\d{1,6}$/.test(text) ? Number(text) : undefined);

const readers = {
  exec_timeout: { parse: parseTimeout, expected: 'a duration such as 500ms, 10s or 5m, at most 24 days' },
  max_inflight: { parse: parseCount, expected: 'a whole number from 0 to 999999' },
} as const;

/** Reads a function's settings; what cannot be read is passed over, and `checkEnvironment` tells of it. */
export function functionSettings(envVars: Readonly<Record<string, string>>): FunctionSettings {
  const timeoutMs = parseTimeout(envVars['exec_timeout'] ?? '');
  const maxInflight = parseCount(envVars['max_inflight'] ?? '');
  return { ...(timeoutMs && { timeoutMs }), ...(maxInflight && { maxInflight }) };
}

/** The settings in a function's environment that cannot be read. */
export function checkEnvironment(envVars: Readonly<Record<string, string>>): readonly Fault[] {
  return Object.entries(readers).flatMap(([name, { parse, expected }]) => {
    const text = envVars[name];
    if (text === undefined || parse(text) !== undefined) return [];
    return [{ path: ['envVars', name], message: `expected ${expected}, received "${text}"` }];
  });
}
