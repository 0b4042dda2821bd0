import { queueNames } from '@later/job-schema';
import type { Depth } from '@later/transport-contract';

/** The part of a transport that the autoscaler uses. */
export interface Queues {
  depth(queue: string): Promise<Depth>;
}

/** The number of waiting jobs by the full name of their function: each function has its own lane in the calls queue. */
export const waitingJobs = (queues: Queues) => async (): Promise<ReadonlyMap<string, number>> =>
  (await queues.depth(queueNames.calls)).lanes;
