import type { HeaderPairs } from '@later/job-schema';

/** The result of one attempt at a job, with or without an answer of the function. */
export interface Invocation {
  /** The function's status; 503 when it could not be reached, 504 when it was too slow, 502 for a broken answer. */
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  readonly durationSeconds: number;
  /** The reason why there is no answer; absent when the function answered. */
  readonly failure?: string;
  /** Whether another attempt would have the same result. */
  readonly final?: boolean;
}
