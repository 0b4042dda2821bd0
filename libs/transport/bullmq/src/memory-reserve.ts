import { QueueFullError } from '@later/transport-contract';
import type { Redis } from 'ioredis';

/** The part of Redis's `maxmemory` that new messages may fill. */
const fillable = 0.9;

/** What one publisher may use of what is left before it looks again: others publish too. */
const shareOfRest = 1 / 8;

/** How long one look is good for. */
const lookAgainMs = 250;

/** What a message costs beside its body: job, job id in its list, remembered id, events. */
const overheadBytes = 1_000;

/** Base64, and what the allocator rounds up. */
const bytesPerBodyByte = 1.5;

const remedy = 'Redis has nearly reached its maxmemory: let the consumers catch up, or raise it.';

/**
 * Refuses messages before Redis is full. When it is, BullMQ's scripts for taking a job and for renewing its lock fail
 * with OOM, so that a queue once full would stay full for ever.
 */
export class MemoryReserve {
  readonly #redis: Pick<Redis, 'info'>;
  /** What the last look allowed, and what is left of it. */
  #allowedBytes = 0;
  #leftBytes = 0;
  #goodUntil = -Infinity;
  #looking?: Promise<void>;

  constructor(redis: Pick<Redis, 'info'>) {
    this.#redis = redis;
  }

  /** @throws QueueFullError when Redis has no room for a body of this size */
  async admit(queue: string, bodyBytes: number): Promise<void> {
    const bytes = overheadBytes + bytesPerBodyByte * bodyBytes;
    while (this.#isStale || bytes > this.#leftBytes) {
      if (!this.#isStale && bytes > this.#allowedBytes) throw new QueueFullError(queue, remedy);
      await this.#lookOnce();
    }
    this.#leftBytes -= bytes;
  }

  get #isStale(): boolean {
    return performance.now() > this.#goodUntil;
  }

  #lookOnce(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<void> {
    const rest = restBytes(await this.#redis.info('memory').catch(whereHidden));
    this.#allowedBytes = this.#leftBytes = rest * shareOfRest;
    this.#goodUntil = performance.now() + lookAgainMs;
  }
}

/** Managed servers may forbid INFO; any other error is for the message to run into. */
const whereHidden = (): string => '';

/** How many bytes new messages may still take, by the answer to `INFO memory`. Unlimited where that is not told. */
export function restBytes(info: string): number {
  const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const limit = field('maxmemory');
  return limit === 0 ? Infinity : limit * fillable - field('used_memory');
}
