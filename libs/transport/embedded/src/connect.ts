import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import { TransportUnavailableError, type Durability, type Backend } from '@later/transport-contract';

import { EmbeddedDeadLetters } from './dead-letters.js';
import { durability } from './durability.js';
import { databasePath } from './names.js';
import { DatabaseClient } from './thread/database-client.js';
import { EmbeddedTransport } from './transport.js';

export interface EmbeddedConfig {
  /** The folder of the database; created when missing. Processes with the same folder share their queues. */
  readonly dataDir: string;
  /** The weakest durability that is acceptable. This driver always gives `power`. */
  readonly durability?: Exclude<Durability, 'unknown'>;
  /** How long a silent consumer keeps a delivery, in ms. */
  readonly ackWaitMs?: number;
  /** How long to wait for a commit before a publish is rejected, in ms; at most 4,500 to keep the contract's five seconds. */
  readonly publishTimeoutMs?: number;
}

/** The contract allows two seconds; the rest is left for the reply to arrive. */
const pingTimeoutMs = 1_500;

/**
 * Opens the database in `dataDir`, or creates it.
 * @throws TransportUnavailableError naming DATA_DIR and the fault
 */
export async function connectEmbedded(config: EmbeddedConfig): Promise<Backend> {
  const { ackWaitMs = 30_000, publishTimeoutMs = 4_000 } = config;
  const dataDir = resolve(config.dataDir);
  try {
    // Only the owner may read the bodies and results.
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new TransportUnavailableError('embedded', `Can DATA_DIR (${dataDir}) be made and written?`, { cause });
  }
  const database = await DatabaseClient.open({ path: databasePath(dataDir), timeoutMs: publishTimeoutMs });
  return {
    name: 'embedded',
    durability,
    transport: new EmbeddedTransport(database, ackWaitMs),
    deadLetters: new EmbeddedDeadLetters(database),
    ping: () => database.request('ping', [], pingTimeoutMs),
    close: () => database.close(),
  };
}
