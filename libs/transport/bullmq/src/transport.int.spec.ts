import {
  ack,
  deadLetter,
  DurabilityError,
  QueueFullError,
  TransportClosedError,
  TransportUnavailableError,
} from '@later/transport-contract';
import { aMessage, eventually, freePort, gate, redisServer, startBroker, type Broker } from '@later/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { connectBullMq, type BullMqConfig } from './connect.js';

let broker: Broker;
let admin: Redis;
const opened: { close(): Promise<void> }[] = [];

async function connect(config: Partial<BullMqConfig> = {}) {
  const backend = await connectBullMq({ url: broker.url, ackWaitMs: 1_500, ...config });
  opened.push(backend);
  return backend;
}

beforeAll(async () => {
  broker = await startBroker(redisServer);
  admin = new Redis(broker.url);
  // The tests restart Redis, which would log an error here.
  admin.on('error', () => undefined);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((backend) => backend.close()));
  await admin.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction', 'appendfsync', 'everysec');
  await admin.flushall();
});
afterAll(async () => {
  admin.disconnect();
  await broker.stop();
});

test('connectBullMq reports the level that Redis gives, and rejects when it is below the required one', async () => {
  expect((await connect()).durability).toBe('crash');
  await expect(connect({ durability: 'power' })).rejects.toThrow(/DURABILITY=power .* appendfsync everysec/);
  await admin.config('SET', 'appendfsync', 'always');
  expect((await connect({ durability: 'power' })).durability).toBe('power');
  await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await expect(connect({ durability: 'none' })).rejects.toBeInstanceOf(DurabilityError);
});

test('connectBullMq reports the level "unknown" when Redis hides its settings', async () => {
  await admin.acl('SETUSER', 'guest', 'on', '>secret', '~*', '&*', '+@all', '-config');
  const url = broker.url.replace('//', '//guest:secret@');
  expect((await connect({ url, durability: 'power' })).durability).toBe('unknown');
});

test('connectBullMq rejects within seconds when no server listens at the address', async () => {
  const started = performance.now();
  const refused = connect({ url: `redis://127.0.0.1:${await freePort()}`, publishTimeoutMs: 500 });
  await expect(refused).rejects.toThrow(/REDIS_URL/);
  await expect(refused).rejects.toBeInstanceOf(TransportUnavailableError);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('publish rejects before Redis is full, so that consumers can still take the stored messages', async () => {
  const { transport } = await connect();
  await admin.config('SET', 'maxmemory', '20mb');
  const stored = new Set<string>();
  const fill = async (): Promise<void> => {
    for (;;) {
      const message = aMessage({ body: Buffer.alloc(50_000) });
      await transport.publish('full', message);
      stored.add(message.id);
    }
  };
  await expect(fill()).rejects.toBeInstanceOf(QueueFullError);
  const taken = new Set<string>();
  await transport.subscribe('full', async ({ id }) => (taken.add(id), ack()), { maxInFlight: 10 });
  await eventually(() => taken.size === stored.size);
  expect(stored.size).toBeGreaterThan(50);
  await eventually(() =>
    transport.publish('full', aMessage()).then(
      () => true,
      () => false,
    ),
  );
});

test('a message that is dead-lettered or redriven while Redis has no memory left is not lost', async () => {
  const { transport, deadLetters } = await connect();
  const held = gate();
  const attempts: number[] = [];
  await transport.publish('starved', aMessage({ id: 'bad' }));
  const subscription = await transport.subscribe(
    'starved',
    async ({ attempt }) => {
      attempts.push(attempt);
      await held.opened;
      return deadLetter('no');
    },
    { maxInFlight: 1 },
  );
  await eventually(() => attempts.length === 1);
  await admin.config('SET', 'maxmemory', '1mb');
  held.open();
  // The outcome could not be stored, so the lease expires and the message stays in flight.
  await eventually(async () => (await admin.keys('later:starved/*:lock')).length === 0);
  expect(await transport.depth('starved')).toMatchObject({ waiting: 0, inFlight: 1, deadLetters: 0 });
  await admin.config('SET', 'maxmemory', '0');
  await eventually(async () => (await transport.depth('starved')).deadLetters === 1);
  await subscription.drain(1_000);
  await admin.config('SET', 'maxmemory', '1mb');
  await expect(deadLetters.redrive('starved', 'bad')).rejects.toBeInstanceOf(QueueFullError);
  await admin.config('SET', 'maxmemory', '0');
  expect(await deadLetters.redrive('starved', 'bad')).toBe(true);
  expect(await transport.depth('starved')).toMatchObject({ waiting: 1, deadLetters: 0 });
});

test('a simultaneous redrive and delete of a dead letter never both succeed', async () => {
  const { transport, deadLetters } = await connect();
  for (let index = 0; index < 20; index++) await transport.publish('torn', aMessage({ id: `bad-${index}` }));
  const subscription = await transport.subscribe('torn', async () => deadLetter('no'), { maxInFlight: 10 });
  await eventually(async () => (await transport.depth('torn')).deadLetters === 20);
  await subscription.drain(1_000);
  const redriveAndDelete = async (id: string): Promise<boolean> => {
    const redriven = deadLetters.redrive('torn', id);
    const deleted = deadLetters.delete('torn', id);
    const [isRedriven, isDeleted] = await Promise.all([redriven, deleted]);
    expect([isRedriven, isDeleted].filter(Boolean)).toHaveLength(1);
    return isRedriven;
  };
  const redriven = await Promise.all(Array.from({ length: 20 }, (_, index) => redriveAndDelete(`bad-${index}`)));
  expect((await transport.depth('torn')).waiting).toBe(redriven.filter(Boolean).length);
});

test('an empty lane leaves no keys in Redis', async () => {
  const { transport } = await connect();
  for (let index = 0; index < 20; index++) await transport.publish('tidy', aMessage({ lane: `host-${index}` }));
  await transport.subscribe('tidy', async () => ack(), { maxInFlight: 10 });
  const left = async (): Promise<string[]> =>
    (await admin.keys('later:tidy*')).filter((key) => !key.includes(':tidy:id:'));
  await eventually(async () => (await left()).every((key) => key.endsWith(':stalled-check')));
  expect(await admin.pttl((await admin.keys('later:tidy:id:*'))[0]!)).toBeLessThanOrEqual(120_000);
  await transport.publish('tidy', aMessage({ lane: 'host-1' }));
  await eventually(async () => (await transport.depth('tidy')).inFlight === 0);
});

test('simultaneous redrives of a dead letter store one message', async () => {
  const backends = [await connect(), await connect()];
  const one = backends[0]!.transport;
  await one.publish('redriven', aMessage({ id: 'bad' }));
  const subscription = await one.subscribe('redriven', async () => deadLetter('no'), { maxInFlight: 1 });
  await eventually(async () => (await one.depth('redriven')).deadLetters === 1);
  await subscription.drain(1_000);
  const answers = await Promise.all(
    [...backends, ...backends].map(({ deadLetters }) => deadLetters.redrive('redriven', 'bad')),
  );
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(await one.depth('redriven')).toMatchObject({ waiting: 1, deadLetters: 0 });
});

test('a backend with a subscription uses two connections, and none after close', async () => {
  const connections = async (): Promise<number> =>
    String(await admin.client('LIST'))
      .trim()
      .split('\n').length - 1;
  const { transport, close } = await connect();
  expect(await connections()).toBe(1);
  for (let index = 0; index < 30; index++) await transport.publish('lean', aMessage({ lane: `lane-${index}` }));
  const subscription = await transport.subscribe('lean', async () => ack(), { maxInFlight: 10 });
  await eventually(async () => (await transport.depth('lean')).waiting === 0);
  expect(await connections()).toBe(2);
  await subscription.drain(1_000);
  await close();
  await close();
  await eventually(async () => (await connections()) === 0);
  await expect(transport.publish('lean', aMessage())).rejects.toBeInstanceOf(TransportClosedError);
  await expect(transport.depth('lean')).rejects.toBeInstanceOf(TransportClosedError);
});

test('wake-up calls reach a consumer at once again after a restart of Redis', async () => {
  const { transport } = await connect();
  const takenAt: number[] = [];
  await transport.subscribe('woken', async () => (takenAt.push(performance.now()), ack()), { maxInFlight: 10 });
  await broker.kill();
  await broker.restart();
  await eventually(() =>
    transport.publish('woken', aMessage()).then(
      () => true,
      () => false,
    ),
  );
  await eventually(() => takenAt.length === 1);
  const waits: number[] = [];
  for (let index = 2; index < 12; index++) {
    const started = performance.now();
    await transport.publish('woken', aMessage());
    await eventually(() => takenAt.length === index);
    waits.push(takenAt.at(-1)! - started);
  }
  expect(waits.toSorted((a, b) => a - b)[5]).toBeLessThan(100);
});
