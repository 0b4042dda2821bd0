import type { Message } from '@later/transport-contract';
import { Job, Queue, QueueKeys, RedisQueueBackend, type JobJson } from 'bullmq';

import type { BullMqConnection } from './bullmq-connection.js';
import { bullQueueName, keyPrefix, queueKeys } from './keys.js';
import { encodeJob, jobName } from './message-job.js';

/** A job that was taken, as BullMQ stores it. */
export interface TakenJob {
  readonly jobId: string;
  readonly data: string;
  /** How often it was taken, this time included: after crashes too. Waiting for its time does not count. */
  readonly attempt: number;
}

/**
 * One lane as one BullMQ queue. It works on BullMQ's backend, the layer below `Queue` and `Worker`, which opens no
 * connection of its own and says when the next delayed job is due. Operations on a held job reject with a BullMQ error
 * when it is not, or no longer, held under that token.
 */
export class BullMqLane {
  readonly #connection: BullMqConnection;
  readonly #backend: RedisQueueBackend;
  readonly #jobs: Queue;

  constructor(
    connection: BullMqConnection,
    readonly queue: string,
    readonly lane: string,
  ) {
    this.#connection = connection;
    const name = bullQueueName(queue, lane);
    const keys = new QueueKeys(keyPrefix);
    const toKey = (type: string): string => keys.toKey(name, type);
    const { bull, workerOptions } = connection;
    this.#backend = new RedisQueueBackend(bull, name, keys.getKeys(name), toKey, workerOptions, undefined, false);
    this.#jobs = new Queue(name, { ...workerOptions, skipMetasUpdate: true }, () => this.#backend);
  }

  /** The Redis key of one of its jobs, or of its `wait`, `active`, `stalled` or `meta`. */
  key(name: string): string {
    return this.#backend.toKey(name);
  }

  /** Stores a message unless this id was stored within the window: one script, so both or neither. */
  async store(message: Message): Promise<void> {
    const job = encodeJob(message);
    // BullMQ remembers ids per queue, which is per lane here; under this key it does so for all lanes together.
    const keys = { ...this.#backend.keys, de: queueKeys(this.queue).dedupe };
    await this.#backend.addJobToTransaction(this.#connection.client, job, job.id, {}, keys);
  }

  /** Takes the next job under this token; when none is ready, says when one will be. */
  async take(token: string): Promise<{ readonly job?: TakenJob; readonly dueAt?: number }> {
    const taken = (await this.#backend.moveToActive(token)) as [JobJson | null, string, number, number];
    const [json, jobId, , dueAt] = taken;
    if (json) return { job: { jobId, data: json.data, attempt: json.attemptsStarted } };
    return dueAt > 0 ? { dueAt } : {};
  }

  /** Keeps a held job for another ack wait. False when it is no longer held under this token. */
  async extend(jobId: string, token: string): Promise<boolean> {
    return (await this.#backend.extendLock(jobId, token, this.#connection.ackWaitMs)) === 1;
  }

  /** Removes a held job for good. */
  async complete(jobId: string, token: string): Promise<void> {
    const job = new Job(this.#jobs, jobName, '', {}, jobId);
    await this.#backend.moveToCompleted(job, null, true, token, false);
  }

  /** Gives a held job back: to the front of its lane, where it came from, or after a wait to its end. */
  async giveBack(jobId: string, token: string, afterMs: number): Promise<void> {
    if (afterMs > 0)
      await this.#backend.moveToDelayed(jobId, Date.now(), Math.ceil(afterMs), token, { skipAttempt: true });
    else await this.#backend.moveJobFromActiveToWait(jobId, token);
  }

  /** Gives a held job back so that this take does not count as an attempt. */
  async giveBackUncounted(jobId: string, token: string, afterMs: number): Promise<void> {
    await this.#connection.redis.hincrby(this.key(jobId), 'ats', -1);
    await this.giveBack(jobId, token, afterMs);
  }

  /** Puts back what was held by consumers that fell silent. True when there was any. */
  async recoverStalled(): Promise<boolean> {
    return (await this.#backend.moveStalledJobsToWait()).length > 0;
  }
}
