import type { FunctionAddress } from '@later/job-schema';
import type { FunctionLogLine } from '@later/function-schema';

/** Which lines of a function, and for how long. */
export interface LogQuery {
  readonly address: FunctionAddress;
  /** The last so many of what is kept; absent, 0 or less is all of it, as OpenFaaS has it. */
  readonly tail?: number;
  /** From this time on, RFC 3339. */
  readonly since?: string;
  /** Of this instance only. */
  readonly instance?: string;
  /** Go on with what is written after, until the signal aborts. */
  readonly follow?: boolean;
  readonly signal: AbortSignal;
}

/** Whether a line is asked for, wherever it stands. */
export type IsWanted = (line: Pick<FunctionLogLine, 'instance' | 'timestamp'>) => boolean;

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

/** Whether a text is a time as RFC 3339 has it. */
export const isTime = (text: string): boolean => !Number.isNaN(timeOf(text));

const timeOf = (text: string): number => (rfc3339.test(text) ? Date.parse(text.toUpperCase()) : NaN);

/** @throws RangeError when `since` is no time */
export function wantedBy({ since, instance }: Pick<LogQuery, 'since' | 'instance'>): IsWanted {
  const sinceMs = since === undefined ? -Infinity : timeOf(since);
  if (Number.isNaN(sinceMs)) {
    throw new RangeError(`since: expected a time such as 2026-01-02T03:04:05Z, received "${since}"`);
  }
  return (line) => (instance === undefined || line.instance === instance) && Date.parse(line.timestamp) >= sinceMs;
}
