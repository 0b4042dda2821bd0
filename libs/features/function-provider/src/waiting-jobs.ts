import { queueNames } from '@later/job-schema';
import type { Depth } from '@later/transport-contract';

/** The one thing of a transport that scaling takes. */
export interface Queues {
  depth(queue: string): Promise<Depth>;
}

/** Jobs that wait, by the full name of their function: a lane of the calls queue is one function's. */
export const waitingJobs = (queues: Queues) => async (): Promise<ReadonlyMap<string, number>> =>
  (await queues.depth(queueNames.calls)).lanes;
