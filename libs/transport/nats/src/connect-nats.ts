import { TransportError, type Durability, type Backend } from '@later/transport-contract';

import { durabilityOf, jetStreamIsOff } from './nats-durability.js';
import { isJetStreamOff, unavailable, withoutSecrets } from './nats-errors.js';
import { NatsLink } from './nats-link.js';
import { NatsTransport } from './nats-transport.js';

export interface NatsConfig {
  /** `nats://[user:password@]host:port`, several separated by commas. */
  readonly url: string;
  /** What a stored message must survive at least. Default: `crash`. */
  readonly durability?: Exclude<Durability, 'unknown'>;
  /** How long the server waits for a silent consumer before it delivers elsewhere. Default: 30,000. */
  readonly ackWaitMs?: number;
  /** How long publishing may take in all, with its retries. Default: 4,000. */
  readonly publishTimeoutMs?: number;
}

/**
 * Connects to a nats-server with JetStream.
 * @throws TransportUnavailableError when none answers
 * @throws DurabilityError when it cannot keep what was asked for
 */
export async function connectNats(config: NatsConfig): Promise<Backend> {
  const { url, durability: asked = 'crash', ackWaitMs = 30_000, publishTimeoutMs = 4_000 } = config;
  const link = await NatsLink.open(url).catch((error: unknown) => {
    throw unavailable(url, error);
  });
  try {
    await link.jsm.getAccountInfo();
    const durability = durabilityOf(link.nc.info?.version ?? '', asked);
    const transport = new NatsTransport(link, { url, durability, ackWaitMs, publishTimeoutMs });
    return {
      name: transport.name,
      durability,
      transport,
      deadLetters: transport.deadLetters,
      ping: () => transport.ping(),
      close: () => transport.close(),
    };
  } catch (error) {
    await link.close();
    if (isJetStreamOff(error)) throw jetStreamIsOff(asked, withoutSecrets(url));
    throw error instanceof TransportError ? error : unavailable(url, error);
  }
}
