import { TransportError, type Backend } from '@later/transport-contract';

import { NatsDeadLetters } from './dead-letters.js';
import { durabilityOf, jetStreamIsOff, type RequiredDurability } from './durability.js';
import { isJetStreamOff, unavailable, withoutSecrets } from './errors.js';
import { QueuesInUse } from './lanes/queues-in-use.js';
import { NatsLink } from './link/link.js';
import { NatsPublisher } from './publisher.js';
import { NatsTransport } from './transport.js';

export interface NatsConfig {
  /** `nats://[user:password@]host:port`; several servers are separated by commas. */
  readonly url: string;
  /** The least that a stored message must survive. Default: `crash`. */
  readonly durability?: RequiredDurability;
  /** How long the server waits for a silent consumer before it delivers elsewhere, in ms. Default: 30,000. */
  readonly ackWaitMs?: number;
  /** The longest that a publish may take with all its tries, in ms. Default: 4,000. */
  readonly publishTimeoutMs?: number;
}

/**
 * Connects to a nats-server with JetStream.
 * @throws TransportUnavailableError when no server answers
 * @throws DurabilityError when the server cannot give the required durability
 */
export async function connectNats(config: NatsConfig): Promise<Backend> {
  const { url, durability: required = 'crash', ackWaitMs = 30_000, publishTimeoutMs = 4_000 } = config;
  const link = await NatsLink.open(url).catch((error: unknown) => {
    throw unavailable(url, error);
  });
  try {
    await link.jsm.getAccountInfo();
    const durability = durabilityOf(link.nc.info?.version ?? '', required);
    const queues = new QueuesInUse(link);
    const publisher = new NatsPublisher(link, queues, publishTimeoutMs);
    return {
      name: 'nats',
      durability,
      transport: new NatsTransport({ link, queues, publisher, ackWaitMs }),
      deadLetters: new NatsDeadLetters(link, publisher),
      ping: () => link.ping(),
      close: () => link.close(),
    };
  } catch (error) {
    await link.close();
    if (isJetStreamOff(error)) throw jetStreamIsOff(required, withoutSecrets(url));
    throw error instanceof TransportError ? error : unavailable(url, error);
  }
}
