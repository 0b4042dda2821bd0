import type { FunctionAddress } from '@later/job-schema';
import type { FunctionLogLine } from '@later/function-schema';

/** The lines that a reader wants. */
export interface LogQuery {
  readonly address: FunctionAddress;
  /** Only this many of the newest stored lines; absent, 0 or less means all of them, as in OpenFaaS. */
  readonly tail?: number;
  /** Only lines from this time on, RFC 3339. */
  readonly since?: string;
  /** Only lines of this instance. */
  readonly instance?: string;
  /** Continue with new lines until the signal aborts. */
  readonly follow?: boolean;
  readonly signal: AbortSignal;
}

/** Whether a query matches a line, by its instance and its time. */
export type LineFilter = (line: Pick<FunctionLogLine, 'instance' | 'timestamp'>) => boolean;

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

/** Whether a text is a time in the format of RFC 3339. */
export const isTime = (text: string): boolean => !Number.isNaN(timeOf(text));

const timeOf = (text: string): number => (rfc3339.test(text) ? Date.parse(text.toUpperCase()) : NaN);

/** @throws RangeError when `since` is not a time */
export function lineFilter({ since, instance }: Pick<LogQuery, 'since' | 'instance'>): LineFilter {
  const sinceMs = since === undefined ? -Infinity : timeOf(since);
  if (Number.isNaN(sinceMs)) {
    throw new RangeError(`since: expected a time such as 2026-01-02T03:04:05Z, received "${since}"`);
  }
  return (line) => (instance === undefined || line.instance === instance) && Date.parse(line.timestamp) >= sinceMs;
}
