import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { BackendFixture, TransportName } from '@later/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';

import { body, parallel } from './load.js';

/** How many messages a second a backend's own client publishes, with as many under way as the load has requests. */
export const rawPublishesPerSecond: Record<
  TransportName,
  (backend: BackendFixture, seconds: number) => Promise<number>
> = {
  nats: async ({ env }, seconds) => {
    const connection = await connect({ servers: env['NATS_URL']! });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'raw', subjects: ['raw.>'] });
    const client = jetstream(connection);
    const rate = await perSecond(seconds, () => client.publish('raw.a', body, { msgID: randomUUID() }));
    await manager.streams.delete('raw');
    await connection.close();
    return rate;
  },
  bullmq: async ({ env }, seconds) => {
    const connection = new Redis(env['REDIS_URL']!, { maxRetriesPerRequest: null });
    const queue = new Queue('raw', { connection });
    const data = { body: body.toString('base64') };
    const rate = await perSecond(seconds, () => queue.add('raw', data, { jobId: randomUUID() }));
    await queue.obliterate({ force: true });
    await queue.close();
    connection.disconnect();
    return rate;
  },
  // There is no client: the figure to meet is that of commits of sixteen.
  embedded: async ({ env }, seconds) => {
    const database = new DatabaseSync(join(env['DATA_DIR']!, 'raw.db'));
    database.exec(
      'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE raw (id TEXT PRIMARY KEY, body BLOB)',
    );
    const insert = database.prepare('INSERT INTO raw VALUES (?, ?)');
    const started = performance.now();
    let count = 0;
    while (performance.now() - started < seconds * 1_000) {
      database.exec('BEGIN IMMEDIATE');
      for (let each = 0; each < 16; each++, count++) insert.run(randomUUID(), body);
      database.exec('COMMIT');
    }
    database.close();
    return count / seconds;
  },
};

async function perSecond(seconds: number, publish: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let count = 0;
  const publisher = async (): Promise<void> => {
    while (performance.now() - started < seconds * 1_000) {
      await publish();
      count++;
    }
  };
  await Promise.all(Array.from({ length: parallel }, publisher));
  return count / seconds;
}
