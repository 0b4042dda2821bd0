import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Broker } from '../brokers/broker.js';
import { natsServer } from '../brokers/nats-server.js';
import { redisServer } from '../brokers/redis-server.js';
import { startBroker } from '../brokers/start-broker.js';

/** A running backend of one test: a broker, or the data directory of the embedded transport. */
export interface BackendFixture {
  /** The variables that make an app use this backend. */
  readonly env: Readonly<Record<string, string>>;
  /** Absent on the embedded transport. */
  readonly broker?: Broker;
  /** Ends the broker and removes its data. */
  stop(): Promise<void>;
}

async function embedded(): Promise<BackendFixture> {
  const dataDir = await mkdtemp(join(tmpdir(), 'later-data-'));
  return {
    env: { TRANSPORT: 'embedded', DATA_DIR: dataDir },
    stop: () => rm(dataDir, { recursive: true, force: true }),
  };
}

async function nats(): Promise<BackendFixture> {
  const broker = await startBroker(natsServer);
  return { env: { TRANSPORT: 'nats', NATS_URL: broker.url }, broker, stop: () => broker.stop() };
}

async function bullmq(): Promise<BackendFixture> {
  const broker = await startBroker(redisServer);
  return { env: { TRANSPORT: 'bullmq', REDIS_URL: broker.url }, broker, stop: () => broker.stop() };
}

/** How to start the backend of each transport. */
const starters = { embedded, nats, bullmq };

export type TransportName = keyof typeof starters;

export const startBackendFixture = (name: TransportName): Promise<BackendFixture> => starters[name]();

const picked = process.env['TRANSPORTS']?.split(',');

/** The transports to test: all of them, or those that `TRANSPORTS=embedded,nats` names. */
export const transportNames = (Object.keys(starters) as TransportName[]).filter(
  (name) => picked?.includes(name) ?? true,
);
