import { RedisConnection, type RedisClient, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';

import { keyPrefix } from './keys.js';
import { defineScripts } from './scripts.js';

/** The one connection that all lanes of a transport share, as ioredis, BullMQ's client and BullMQ know it. */
export interface BullMqConnection {
  readonly redis: Redis;
  readonly client: RedisClient;
  readonly bull: RedisConnection;
  readonly workerOptions: WorkerOptions;
  readonly ackWaitMs: number;
}

// A dead consumer's deliveries start elsewhere within the ack wait + 5 s: this, and a second between two looks.
const stalledIntervalMs = 4_000;

/** Puts BullMQ on a connection that is ready. */
export async function useBullMq(redis: Redis, ackWaitMs: number): Promise<BullMqConnection> {
  defineScripts(redis);
  // Without the version check, which writes to the console.
  const bull = new RedisConnection(redis, { shared: true, blocking: false, skipVersionCheck: true });
  bull.on('error', () => undefined);
  const workerOptions: WorkerOptions = {
    connection: redis,
    prefix: keyPrefix,
    lockDuration: ackWaitMs,
    stalledInterval: Math.min(stalledIntervalMs, ackWaitMs),
    // Giving up is decided above the transport.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  };
  return { redis, client: await bull.client, bull, workerOptions, ackWaitMs };
}
