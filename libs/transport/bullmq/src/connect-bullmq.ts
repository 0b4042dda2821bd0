import { TransportError, type Backend } from '@later/transport-contract';

import { useBullMq } from './bullmq-connection.js';
import { BullMqTransport } from './bullmq-transport.js';
import { closeRedis, openRedis, untilReady } from './redis-connections.js';
import { checkDurability, type AskedDurability } from './redis-durability.js';
import { unavailable } from './redis-errors.js';

export interface BullMqConfig {
  /** `redis://` or `rediss://`, with user, password and database number where there are any. */
  readonly url: string;
  /** The least that must be given; `crash` when absent. */
  readonly durability?: AskedDurability;
  /** How long Redis waits for a silent consumer, in ms; 30 s when absent. */
  readonly ackWaitMs?: number;
  /** The longest that publishing may take, in ms; 4 s when absent. */
  readonly publishTimeoutMs?: number;
}

/**
 * Connects to Redis and finds out what it survives.
 * @throws TransportUnavailableError when it cannot be reached
 * @throws DurabilityError when it is set up to give less than asked
 */
export async function connectBullMq({
  url,
  durability: asked = 'crash',
  ackWaitMs = 30_000,
  publishTimeoutMs = 4_000,
}: BullMqConfig): Promise<Backend> {
  const openAnother = () => openRedis(url, publishTimeoutMs);
  const redis = openAnother();
  try {
    await untilReady(redis, publishTimeoutMs);
    const durability = await checkDurability(redis, asked);
    const connection = await useBullMq(redis, ackWaitMs);
    const transport = new BullMqTransport({ connection, durability, publishTimeoutMs, openAnother });
    return {
      name: transport.name,
      durability,
      transport,
      deadLetters: transport.deadLetters,
      ping: () => transport.ping(),
      close: () => transport.close(),
    };
  } catch (error) {
    await closeRedis(redis);
    throw error instanceof TransportError ? error : unavailable(error);
  }
}
