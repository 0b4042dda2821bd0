import { TransportError, type Backend } from '@later/transport-contract';

import { BullMqDeadLetters } from './dead-letters.js';
import { checkDurability, type RequiredDurability } from './durability.js';
import { unavailable } from './errors.js';
import { Announcer } from './lanes/announcer.js';
import { Lanes } from './lanes/lanes.js';
import { BullMqLink } from './link/link.js';
import { transportName } from './names.js';
import { BullMqPublisher } from './publisher.js';
import { BullMqTransport } from './transport.js';

export interface BullMqConfig {
  /** `redis://` or `rediss://`; may contain a user, a password and a database number. */
  readonly url: string;
  /** The least that a stored message must survive. Default: `crash`. */
  readonly durability?: RequiredDurability;
  /** How long Redis waits for a silent consumer before it delivers elsewhere, in ms. Default: 30,000. */
  readonly ackWaitMs?: number;
  /** The longest that a publish may take with all its tries, in ms. Default: 4,000. */
  readonly publishTimeoutMs?: number;
}

/**
 * Connects to Redis.
 * @throws TransportUnavailableError when Redis does not answer
 * @throws DurabilityError when Redis cannot give the required durability
 */
export async function connectBullMq(config: BullMqConfig): Promise<Backend> {
  const { url, durability: required = 'crash', ackWaitMs = 30_000, publishTimeoutMs = 4_000 } = config;
  const link = await BullMqLink.open({ url, ackWaitMs, silentMs: publishTimeoutMs });
  try {
    const durability = await checkDurability(link.redis, required);
    const lanes = new Lanes(link);
    const announcer = new Announcer(link);
    const publisher = new BullMqPublisher({ link, lanes, announcer, timeoutMs: publishTimeoutMs });
    return {
      name: transportName,
      durability,
      transport: new BullMqTransport({ link, lanes, announcer, publisher }),
      deadLetters: new BullMqDeadLetters(link, lanes),
      ping: () => link.ping(),
      close: () => link.close(),
    };
  } catch (error) {
    await link.close();
    throw error instanceof TransportError ? error : unavailable(error);
  }
}
