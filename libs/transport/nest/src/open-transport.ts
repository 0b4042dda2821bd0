import type { RunningService } from '@later/service-kit';
import type { Transport } from '@later/transport-contract';

import { connectTransport } from './connect-transport.js';
import type { TransportConfig } from './transport-config.js';

/** Connects the transport for as long as the process runs: it is closed last. */
export async function openTransport(config: TransportConfig, service: RunningService): Promise<Transport> {
  const transport = await connectTransport(config);
  service.onStop('transport', () => transport.close());
  const { name, durability } = transport;
  const log = service.log();
  log.info({ transport: name, durability }, 'Connected');
  if (durability === 'unknown') {
    log.warn(`The broker hides its settings: make sure yourself that it keeps DURABILITY=${config.DURABILITY}`);
  }
  return transport;
}
