import type { Message } from '@later/transport-contract';
import { Job, Queue, QueueKeys, RedisQueueBackend, type JobJson } from 'bullmq';

import type { BullMqLink } from '../link/link.js';
import { runScript } from '../link/scripts.js';
import { bullQueueName, encodeName, keyPrefix, messageIdOf, queueKeys } from '../names.js';
import { encodeJob, jobName } from '../wire.js';

/** A job that a consumer took, as BullMQ stores it. */
export interface TakenJob {
  readonly jobId: string;
  readonly data: string;
  /** The number of takes, this one included. A take that ended in a crash counts, the wait for a due time does not. */
  readonly attempt: number;
}

/**
 * One lane, stored as one BullMQ queue. It uses BullMQ's backend, the layer below `Queue` and `Worker`, which opens no
 * connection of its own and tells when the next delayed job is due. Operations on a held job reject with a BullMQ error
 * when the job is not held under that token.
 */
export class BullMqLane {
  readonly #link: BullMqLink;
  readonly #backend: RedisQueueBackend;
  readonly #jobs: Queue;

  constructor(
    link: BullMqLink,
    readonly queue: string,
    readonly lane: string,
  ) {
    this.#link = link;
    const name = bullQueueName(queue, lane);
    const keys = new QueueKeys(keyPrefix);
    const toKey = (type: string): string => keys.toKey(name, type);
    const { bull, workerOptions } = link;
    this.#backend = new RedisQueueBackend(bull, name, keys.getKeys(name), toKey, workerOptions, undefined, false);
    this.#jobs = new Queue(name, { ...workerOptions, skipMetasUpdate: true }, () => this.#backend);
  }

  /** The Redis key of one of its jobs, or of its `wait`, `active`, `stalled` or `meta`. */
  key(name: string): string {
    return this.#backend.toKey(name);
  }

  /** Stores a message unless its id was stored within the dedupe window. One script does both, so it is atomic. */
  async store(message: Message): Promise<void> {
    const job = encodeJob(message);
    // BullMQ remembers ids per BullMQ queue, which is a lane here. This key is shared by all lanes of the queue.
    const keys = { ...this.#backend.keys, de: queueKeys(this.queue).dedupe };
    await this.#backend.addJobToTransaction(this.#link.client, job, job.id, {}, keys);
  }

  /** Takes the next job under this token. When no job is ready, returns the time when the next one is due. */
  async take(token: string): Promise<{ readonly job?: TakenJob; readonly dueAt?: number }> {
    const taken = (await this.#backend.moveToActive(token)) as [JobJson | null, string, number, number];
    const [json, jobId, , dueAt] = taken;
    if (json) return { job: { jobId, data: json.data, attempt: json.attemptsStarted } };
    return dueAt > 0 ? { dueAt } : {};
  }

  /** Keeps a held job for another ack wait. Returns false when it is no longer held under this token. */
  async extend(jobId: string, token: string): Promise<boolean> {
    return (await this.#backend.extendLock(jobId, token, this.#link.ackWaitMs)) === 1;
  }

  /** Removes a held job for good. */
  async complete(jobId: string, token: string): Promise<void> {
    const job = new Job(this.#jobs, jobName, '', {}, jobId);
    await this.#backend.moveToCompleted(job, null, true, token, false);
  }

  /** Gives a held job back: at once to the front of its lane, or after a wait to the end. */
  async giveBack(jobId: string, token: string, afterMs: number): Promise<void> {
    if (afterMs > 0)
      await this.#backend.moveToDelayed(jobId, Date.now(), Math.ceil(afterMs), token, { skipAttempt: true });
    else await this.#backend.moveJobFromActiveToWait(jobId, token);
  }

  /** Gives a held job back and does not count this take as an attempt. */
  async giveBackUncounted(jobId: string, token: string, afterMs: number): Promise<void> {
    await this.#link.redis.hincrby(this.key(jobId), 'ats', -1);
    await this.giveBack(jobId, token, afterMs);
  }

  /** Turns a held job into a dead letter. Does nothing when the job is no longer held under this token. */
  async deadLetter(
    jobId: string,
    token: string,
    { attempt, reason }: { readonly attempt: number; readonly reason: string },
  ): Promise<void> {
    const id = messageIdOf(jobId);
    const { dead, deadCount, deadLetter } = queueKeys(this.queue);
    await runScript(this.#link.client, 'laterDeadLetter', [
      ...[this.key(jobId), deadLetter(id), dead, deadCount, this.key('active'), this.key('stalled')],
      ...[token, jobId, encodeName(id), encodeName(this.lane), reason, attempt, Date.now()],
    ]);
  }

  /** Puts back the jobs of dead or silent consumers. Returns whether there was such a job. */
  async recoverStalled(): Promise<boolean> {
    return (await this.#backend.moveStalledJobsToWait()).length > 0;
  }
}
