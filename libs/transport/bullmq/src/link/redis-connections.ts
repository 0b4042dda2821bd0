import { Redis } from 'ioredis';
import pTimeout from 'p-timeout';

/** The longest wait between two tries to connect. */
const maxReconnectDelayMs = 500;

/** The limit of closing: a frozen server never closes its side. */
const closeTimeoutMs = 1_000;

/** Options of `pTimeout` for a wait on Redis. */
export const timeLimit = (milliseconds: number) => ({
  milliseconds,
  message: `Redis did not answer within ${milliseconds} ms`,
});

/**
 * Opens a connection that reconnects for ever, queues no commands while it is down, and drops a server that leaves a
 * command unanswered for `silentMs`. It neither throws nor logs.
 */
export function openRedis(url: string, silentMs: number): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    // The caller decides whether to repeat a command that was interrupted.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // ioredis would ignore a failed resubscription. WakeUpCalls resubscribes and checks the outcome.
    autoResubscribe: false,
    connectTimeout: silentMs,
    // Frees the commands that wait for a frozen server, and detects a peer that disappeared without closing.
    socketTimeout: silentMs,
    commandTimeout: silentMs,
    retryStrategy: (times) => Math.min(20 * 2 ** times, maxReconnectDelayMs),
    // After a failover the former master is a replica that accepts no writes.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  redis.on('error', () => undefined);
  // This is the first try. The retry strategy makes the others.
  redis.connect().catch(() => undefined);
  return redis;
}

/** Resolves once commands can be sent. Rejects after `ms` with the reason why they still cannot. */
export async function waitUntilReady(redis: Redis, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let reason: unknown;
  const keepReason = (error: unknown): void => void (reason = error);
  redis.on('error', keepReason);
  redis.once('ready', resolve);
  if (redis.status === 'ready') resolve();
  try {
    await pTimeout(promise, timeLimit(ms));
  } catch (timeout) {
    throw reason ?? timeout;
  } finally {
    redis.off('error', keepReason);
    redis.off('ready', resolve);
  }
}

/** Closes a connection for good. May be called twice. */
export async function closeRedis(redis: Redis): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  redis.once('end', resolve);
  // Between two tries to connect no connection is open, and ioredis emits no `end`.
  const isOver = redis.status === 'end' || redis.status === 'reconnecting';
  redis.disconnect();
  if (!isOver) await pTimeout(promise, { milliseconds: closeTimeoutMs, message: false });
}
