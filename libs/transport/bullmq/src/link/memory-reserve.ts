import { QueueFullError } from '@later/transport-contract';
import type { Redis } from 'ioredis';

/** The part of Redis's `maxmemory` that new messages may fill. */
const fillablePart = 0.9;

/** The part of the free memory that one publisher may use before it measures again, because others publish too. */
const shareOfFree = 1 / 8;

/** How long one measurement is valid. */
const validForMs = 250;

/** The memory that a message needs beside its body: job, job id in its list, remembered id, events. */
const overheadBytes = 1_000;

/** Base64 adds a third, and the allocator rounds up. */
const bytesPerBodyByte = 1.5;

const remedy = 'Redis has nearly reached its maxmemory: let the consumers catch up, or raise it.';

/**
 * Refuses messages before Redis is full. In a full Redis, BullMQ's scripts for taking a job and for renewing its lock
 * fail with OOM, so that a full queue would stay full for ever.
 */
export class MemoryReserve {
  readonly #redis: Pick<Redis, 'info'>;
  /** What the last measurement allowed this publisher, and how much of it is unused. */
  #allowedBytes = 0;
  #unusedBytes = 0;
  #validUntil = -Infinity;
  #measuring?: Promise<void>;

  constructor(redis: Pick<Redis, 'info'>) {
    this.#redis = redis;
  }

  /** @throws QueueFullError when Redis has no memory for a body of this size */
  async admit(queue: string, bodyBytes: number): Promise<void> {
    const bytes = overheadBytes + bytesPerBodyByte * bodyBytes;
    while (this.#isStale || bytes > this.#unusedBytes) {
      if (!this.#isStale && bytes > this.#allowedBytes) throw new QueueFullError(queue, remedy);
      await this.#measureOnce();
    }
    this.#unusedBytes -= bytes;
  }

  get #isStale(): boolean {
    return performance.now() > this.#validUntil;
  }

  /** Callers that wait at the same time share one measurement. */
  #measureOnce(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => (this.#measuring = undefined));
    return this.#measuring;
  }

  async #measure(): Promise<void> {
    // Managed servers may forbid INFO. After any other error the store command fails too, and reports it.
    const info = await this.#redis.info('memory').catch(() => '');
    this.#allowedBytes = this.#unusedBytes = fillableBytes(info) * shareOfFree;
    this.#validUntil = performance.now() + validForMs;
  }
}

/** How many more bytes new messages may use, read from the answer to `INFO memory`. Unlimited when it names no limit. */
export function fillableBytes(info: string): number {
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const limit = field('maxmemory');
  return limit === 0 ? Infinity : limit * fillablePart - field('used_memory');
}
