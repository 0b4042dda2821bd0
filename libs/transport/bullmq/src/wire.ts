import { dedupeWindowMs, type Message } from '@later/transport-contract';
import type { JobJson } from 'bullmq';

import { encodeName, jobIdOf, messageIdOf } from './names.js';

/** BullMQ requires a name on each job. This driver gives all jobs the same one. */
export const jobName = 'message';

/** Encodes a message as BullMQ stores it. The name of the BullMQ queue holds the lane. */
export function encodeJob({ id, body, notBefore }: Message): JobJson {
  const timestamp = Date.now();
  const dedupeId = encodeName(id);
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

/** Reverses `encodeJob`. */
export const decodeJob = (lane: string, jobId: string, data: string): Message => ({
  id: messageIdOf(jobId),
  lane,
  body: decodeBody(data),
});

/** Encodes a body as a quoted base64 string, because BullMQ's job data must be JSON. */
const encodeBody = (body: Uint8Array): string =>
  `"${Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64')}"`;

/** Reverses `encodeBody`. */
export const decodeBody = (data: string): Uint8Array => Buffer.from(data.slice(1, -1), 'base64');
