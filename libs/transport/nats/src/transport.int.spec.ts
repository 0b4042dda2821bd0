import { randomUUID } from 'node:crypto';

import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ack, retry, type Backend, type Transport } from '@later/transport-contract';
import { aMessage, eventually, gate, natsServer, startBroker, type Broker } from '@later/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { connectNats } from './connect.js';
import { streamsOf } from './names.js';

// Behaviour of this driver only. driver.int.spec.ts runs the guarantees of the contract.
const backends: Backend[] = [];
let broker: Broker;
let queue: string;

beforeAll(async () => {
  broker = await startBroker(natsServer);
});
beforeEach(() => {
  queue = `q-${randomUUID().slice(0, 8)}`;
});
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.close();
});
afterAll(() => broker.stop());

async function aBackend(): Promise<Backend> {
  const backend = await connectNats({ url: broker.url, ackWaitMs: 5_000 });
  backends.push(backend);
  return backend;
}

const aTransport = async (): Promise<Transport> => (await aBackend()).transport;

test('a message that is returned for lack of capacity loses no attempt', async () => {
  const [busy, publisher] = [await aTransport(), await aTransport()];
  const open = gate();
  const attempts = new Map<string, number>();
  await busy.publish(queue, aMessage({ id: 'first', lane: 'quiet' }));
  const handler = async ({ id, attempt }: { id: string; attempt: number }) => {
    attempts.set(id, attempt);
    if (id === 'long') await open.opened;
    return ack();
  };
  await busy.subscribe(queue, handler, { maxInFlight: 1 });
  await eventually(() => attempts.has('first'));
  await publisher.publish(queue, aMessage({ id: 'long', lane: 'busy' }));
  await eventually(() => attempts.has('long'));
  // The standing request of the quiet lane brings this message, which finds no capacity and is returned.
  await publisher.publish(queue, aMessage({ id: 'unlucky', lane: 'quiet' }));
  await eventually(async () => (await publisher.depth(queue)).inFlight === 1);
  await (await aTransport()).subscribe(queue, handler, { maxInFlight: 1 });
  await eventually(() => attempts.has('unlucky'));
  expect(attempts.get('unlucky')).toBe(1);
  open.open();
});

test('remove deletes a message that waits for its retry, but not one that a consumer holds', async () => {
  const transport = await aTransport();
  const open = gate();
  const started: string[] = [];
  await transport.publish(queue, aMessage({ id: 'retried' }));
  await transport.publish(queue, aMessage({ id: 'held' }));
  await transport.subscribe(
    queue,
    async ({ id }) => {
      started.push(id);
      if (id === 'retried') return retry(600);
      await open.opened;
      return ack();
    },
    { maxInFlight: 2 },
  );
  await eventually(async () => started.length === 2 && (await transport.depth(queue)).waiting === 1);
  expect((await transport.depth(queue)).inFlight).toBe(1);
  expect(await transport.remove(queue, 'held')).toBe(false);
  expect(await transport.remove(queue, 'retried')).toBe(true);
  await eventually(async () => (await transport.depth(queue)).waiting === 0);
  open.open();
  await eventually(async () => (await transport.depth(queue)).inFlight === 0);
  const due = performance.now() + 800;
  await eventually(() => performance.now() > due);
  expect(started.toSorted()).toEqual(['held', 'retried']);
});

test('removing the last message of a lane does not hide the messages before it', async () => {
  const transport = await aTransport();
  const ids = ['a', 'b', 'c'];
  const others = Array.from({ length: 20 }, (_, index) => aMessage({ lane: 'other', id: `${index}` }));
  for (const id of ids) await transport.publish(queue, aMessage({ id }));
  for (const message of others) await transport.publish(queue, message);
  expect(await transport.remove(queue, 'c')).toBe(true);
  expect(await transport.remove(queue, 'c')).toBe(false);
  expect((await transport.depth(queue)).lanes).toEqual(
    new Map([
      ['figlet', 2],
      ['other', 20],
    ]),
  );
  const received: string[] = [];
  const handler = async ({ id }: { id: string }) => {
    received.push(id);
    return ack();
  };
  await transport.subscribe(queue, handler, { maxInFlight: 1 });
  await eventually(() => received.length === 22);
  expect(received.filter((id) => ids.includes(id))).toEqual(['a', 'b']);
  await eventually(async () => (await transport.depth(queue)).inFlight === 0);
  expect((await transport.depth(queue)).waiting).toBe(0);
});

test('remove finds a redriven message by its id, although the server stored it under another id', async () => {
  const { transport, deadLetters } = await aBackend();
  const other = aMessage({ id: 'other', lane: 'elsewhere' });
  await transport.publish(queue, aMessage({ id: 'bad' }));
  const subscription = await transport.subscribe(queue, async () => ({ kind: 'dead-letter', reason: 'bad' }), {
    maxInFlight: 1,
  });
  await eventually(async () => (await transport.depth(queue)).deadLetters === 1);
  await subscription.drain(100);
  await transport.publish(queue, other);
  expect(await deadLetters.redrive(queue, 'bad')).toBe(true);
  expect(await transport.remove(queue, 'bad')).toBe(true);
  expect((await transport.depth(queue)).lanes).toEqual(new Map([['elsewhere', 1]]));
});

test('several transports can prepare the same queue at the same moment', async () => {
  const all = await Promise.all(Array.from({ length: 4 }, aTransport));
  for (let round = 0; round < 50; round++) {
    const subscribe = (transport: Transport) =>
      transport.subscribe(`${queue}-${round}`, async () => ack(), { maxInFlight: 1 });
    for (const subscription of await Promise.all(all.map(subscribe))) await subscription.drain(0);
  }
});

test('a queue that was never used is empty', async () => {
  const { transport, deadLetters } = await aBackend();
  expect(await transport.depth(queue)).toEqual({ waiting: 0, inFlight: 0, deadLetters: 0, lanes: new Map() });
  expect(await transport.remove(queue, 'none')).toBe(false);
  expect(await deadLetters.list(queue, { limit: 10 })).toEqual({ entries: [] });
  expect(await deadLetters.read(queue, 'none')).toBeUndefined();
  expect(await deadLetters.redrive(queue, 'none')).toBe(false);
  expect(await deadLetters.delete(queue, 'none')).toBe(false);
});

test('delivers a message with the longest id and lane that the contract allows', async () => {
  const { transport, deadLetters } = await aBackend();
  const message = aMessage({ id: '漢'.repeat(200), lane: 'ü'.repeat(255) });
  const received: string[] = [];
  await transport.publish(queue, message);
  await transport.subscribe(
    queue,
    async ({ id, lane, attempt }) => {
      received.push(id, lane);
      return attempt === 1 ? retry(10) : { kind: 'dead-letter', reason: 'tired' };
    },
    { maxInFlight: 1 },
  );
  await eventually(async () => (await transport.depth(queue)).deadLetters === 1);
  expect(received).toEqual([message.id, message.lane, message.id, message.lane]);
  expect(await deadLetters.read(queue, message.id)).toMatchObject({ lane: message.lane, attempt: 2 });
});

test('a consumer with a capacity of 2 receives the messages of 40 lanes at their first attempt', async () => {
  const transport = await aTransport();
  const attempts: number[] = [];
  const handler = async ({ attempt }: { attempt: number }) => {
    attempts.push(attempt);
    return ack();
  };
  await transport.subscribe(queue, handler, { maxInFlight: 2 });
  const messages = Array.from({ length: 120 }, (_, index) => aMessage({ lane: `lane-${index % 40}` }));
  await Promise.all(messages.map((message) => transport.publish(queue, message)));
  await eventually(() => attempts.length === 120);
  expect(new Set(attempts)).toEqual(new Set([1]));
});

test('a publish and a subscription prepare the queue again after the server lost it', async () => {
  const transport = await aTransport();
  const received: string[] = [];
  const handler = async ({ id }: { id: string }) => {
    received.push(id);
    return ack();
  };
  await transport.subscribe(queue, handler, { maxInFlight: 2 });
  await transport.publish(queue, aMessage({ id: 'before' }));
  await eventually(() => received.includes('before'));
  const nc = await connect({ servers: broker.url.replace('nats://', '') });
  const { streams } = await jetstreamManager(nc);
  for (const name of Object.values(streamsOf(queue))) await streams.delete(name);
  await nc.close();
  await transport.publish(queue, aMessage({ id: 'after' }));
  await eventually(() => received.includes('after'));
});

test('publish rejects a message above the limit of the server', async () => {
  const transport = await aTransport();
  const body = Buffer.alloc(1_048_576);
  await expect(transport.publish(queue, aMessage({ body }))).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
});
