import { Redis } from 'ioredis';

import { within } from './deadline.js';

/** The longest wait before another try to connect. */
const reconnectWithinMs = 500;

/** A frozen server does not take part in closing. */
const closeWithinMs = 1_000;

/**
 * A connection that comes back for ever, queues nothing while it is away, and gives up on a server that leaves a
 * command unanswered for `silentMs`. Neither throws nor logs; connects by itself.
 */
export function openRedis(url: string, silentMs: number): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    // A command that was under way when the connection broke is for its caller to repeat, or not.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // ioredis subscribes again without looking at the outcome; we do it ourselves.
    autoResubscribe: false,
    connectTimeout: silentMs,
    // Frees what piled up for a frozen server, and notices a peer that is gone without a word.
    socketTimeout: silentMs,
    commandTimeout: silentMs,
    retryStrategy: (times) => Math.min(20 * 2 ** times, reconnectWithinMs),
    // A replica that was a master until a failover.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  redis.on('error', () => undefined);
  // The first try; the retry strategy makes the others.
  redis.connect().catch(() => undefined);
  return redis;
}

/** Resolves once commands can be sent; rejects with the reason why they still cannot after `ms`. */
export async function untilReady(redis: Redis, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let reason: unknown;
  const remember = (error: unknown): void => void (reason = error);
  redis.on('error', remember);
  redis.once('ready', resolve);
  if (redis.status === 'ready') resolve();
  try {
    await within(ms, promise);
  } catch (late) {
    throw reason ?? late;
  } finally {
    redis.off('error', remember);
    redis.off('ready', resolve);
  }
}

/** Closes it for good. May be called twice. */
export async function closeRedis(redis: Redis): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  redis.once('end', resolve);
  // Between two tries to connect there is nothing to end, and ioredis says nothing.
  const over = redis.status === 'end' || redis.status === 'reconnecting';
  redis.disconnect();
  if (!over) await within(closeWithinMs, promise).catch(() => undefined);
}
