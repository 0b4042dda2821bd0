import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { TransportUnavailableError, type Durability, type Backend } from '@later/transport-contract';

import { DatabaseClient } from './database-client.js';
import { EmbeddedTransport } from './embedded-transport.js';

export interface EmbeddedConfig {
  /** Where the database lives; made when missing. Processes that share it share their queues. */
  readonly dataDir: string;
  /** The least that is asked for. This driver always gives `power`. */
  readonly durability?: Exclude<Durability, 'unknown'>;
  /** How long a silent consumer keeps a delivery, in ms. */
  readonly ackWaitMs?: number;
  /** How long to wait for a commit before a publish is rejected, in ms; at most 4,500 to keep the contract's five seconds. */
  readonly publishTimeoutMs?: number;
}

/**
 * Opens the database in `dataDir`, or makes it.
 * @throws TransportUnavailableError naming DATA_DIR and what is wrong with it
 */
export async function connectEmbedded(config: EmbeddedConfig): Promise<Backend> {
  const { ackWaitMs = 30_000, publishTimeoutMs = 4_000 } = config;
  const dataDir = resolve(config.dataDir);
  try {
    // Bodies and results are nobody else's business.
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new TransportUnavailableError('embedded', `Can DATA_DIR (${dataDir}) be made and written?`, { cause });
  }
  const database = await DatabaseClient.open({ path: join(dataDir, 'later.db'), timeoutMs: publishTimeoutMs });
  const transport = new EmbeddedTransport(database, ackWaitMs);
  return {
    name: transport.name,
    durability: transport.durability,
    transport,
    deadLetters: transport.deadLetters,
    ping: () => transport.ping(),
    close: () => transport.close(),
  };
}
