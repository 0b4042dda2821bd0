import type { RunningService } from '@later/service-kit';
import type { Backend } from '@later/transport-contract';

import { connectBackend } from './connect-backend.js';
import type { TransportConfig } from './transport-config.js';

/** Connects the backend. The process closes it last when it stops. */
export async function openBackend(config: TransportConfig, service: RunningService): Promise<Backend> {
  const backend = await connectBackend(config);
  service.onStop('transport', () => backend.close());
  const { name, durability } = backend;
  const log = service.log();
  log.info({ transport: name, durability }, 'Connected');
  if (durability === 'unknown') {
    log.warn(`The broker hides its settings: make sure yourself that it keeps DURABILITY=${config.DURABILITY}`);
  }
  return backend;
}
