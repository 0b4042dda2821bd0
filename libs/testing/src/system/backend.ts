import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Broker } from '../brokers/broker.js';
import { natsServer } from '../brokers/nats-server.js';
import { redisServer } from '../brokers/redis-server.js';
import { startBroker } from '../brokers/start-broker.js';

/** Something to run Later on: a broker, or a data directory. */
export interface Backend {
  readonly env: Readonly<Record<string, string>>;
  /** Absent on the embedded transport. */
  readonly broker?: Broker;
  stop(): Promise<void>;
}

async function embedded(): Promise<Backend> {
  const dataDir = await mkdtemp(join(tmpdir(), 'later-data-'));
  return {
    env: { TRANSPORT: 'embedded', DATA_DIR: dataDir },
    stop: () => rm(dataDir, { recursive: true, force: true }),
  };
}

async function nats(): Promise<Backend> {
  const broker = await startBroker(natsServer);
  return { env: { TRANSPORT: 'nats', NATS_URL: broker.url }, broker, stop: () => broker.stop() };
}

async function bullmq(): Promise<Backend> {
  const broker = await startBroker(redisServer);
  return { env: { TRANSPORT: 'bullmq', REDIS_URL: broker.url }, broker, stop: () => broker.stop() };
}

/** Every transport there is, by its name; `TRANSPORTS=embedded,nats` picks some. */
const all = { embedded, nats, bullmq };

export type TransportName = keyof typeof all;

export const startBackend = (name: TransportName): Promise<Backend> => all[name]();

const picked = process.env['TRANSPORTS']?.split(',');

export const transportNames = (Object.keys(all) as TransportName[]).filter((name) => picked?.includes(name) ?? true);
