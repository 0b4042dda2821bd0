import type { Backend } from '@later/transport-contract';

import type { TransportConfig, TransportName } from './transport-config.js';

type ConfigOf<Name extends TransportName> = Extract<TransportConfig, { TRANSPORT: Name }>;

const optionsFrom = ({ DURABILITY, ACK_WAIT }: TransportConfig) => ({ durability: DURABILITY, ackWaitMs: ACK_WAIT });

/** Loads a driver, with its client library, only when it is chosen. */
const drivers = {
  embedded: async (config) =>
    (await import('@later/transport-embedded')).connectEmbedded({ dataDir: config.DATA_DIR, ...optionsFrom(config) }),
  nats: async (config) =>
    (await import('@later/transport-nats')).connectNats({ url: config.NATS_URL, ...optionsFrom(config) }),
  bullmq: async (config) =>
    (await import('@later/transport-bullmq')).connectBullMq({ url: config.REDIS_URL, ...optionsFrom(config) }),
} satisfies { [Name in TransportName]: (config: ConfigOf<Name>) => Promise<Backend> };

/**
 * Connects the backend of the transport that the configuration names.
 * @throws DurabilityError when the backend cannot give the configured durability
 * @throws TransportUnavailableError when the backend cannot be reached
 */
export function connectBackend(config: TransportConfig): Promise<Backend> {
  switch (config.TRANSPORT) {
    case 'embedded':
      return drivers.embedded(config);
    case 'nats':
      return drivers.nats(config);
    case 'bullmq':
      return drivers.bullmq(config);
  }
}
