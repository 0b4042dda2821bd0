import type { HeaderPairs } from '@later/job-schema';

/** What one attempt at a job came to, whether the function answered or not. */
export interface Invocation {
  /** The function's status; 503 when it could not be reached, 504 when it was too slow, 502 for a broken answer. */
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  readonly durationSeconds: number;
  /** Why there is no answer of the function; absent when there is one. */
  readonly failure?: string;
  /** Another attempt would come to the same. */
  readonly final?: boolean;
}
