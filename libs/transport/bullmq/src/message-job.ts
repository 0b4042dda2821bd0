import { dedupeWindowMs, type Message } from '@later/transport-contract';
import type { JobJson } from 'bullmq';

import { encode, idOfJob, jobIdOf } from './keys.js';

/** BullMQ wants a name on each job; ours are all alike. */
export const jobName = 'message';

/** A message as BullMQ stores it. The queue's name says the lane. */
export function encodeJob({ id, body, notBefore }: Message): JobJson {
  const timestamp = Date.now();
  const dedupeId = encode(id);
  const delay = Math.max(0, (notBefore?.getTime() ?? 0) - timestamp);
  return {
    id: jobIdOf(id),
    name: jobName,
    data: encodeBody(body),
    timestamp,
    opts: { delay, deduplication: { id: dedupeId, ttl: dedupeWindowMs } },
    deduplicationId: dedupeId,
    progress: 0,
    attemptsMade: 0,
    attemptsStarted: 0,
    stalledCounter: 0,
    failedReason: '',
    returnvalue: '',
  };
}

/** The inverse. */
export const decodeJob = (lane: string, jobId: string, data: string): Message => ({
  id: idOfJob(jobId),
  lane,
  body: decodeBody(data),
});

/** BullMQ's job data must be JSON: a quoted base64 string. */
export const encodeBody = (body: Uint8Array): string =>
  `"${Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64')}"`;

/** The inverse. */
export const decodeBody = (data: string): Uint8Array => Buffer.from(data.slice(1, -1), 'base64');
