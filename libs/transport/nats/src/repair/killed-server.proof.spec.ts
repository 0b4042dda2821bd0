import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { ack, type Backend, type Transport } from '@later/transport-contract';
import { aMessage, eventually, gate, natsServer, startBroker, type Broker } from '@later/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { connectNats } from '../connect.js';
import { streamsOf } from '../names.js';

// A server that is killed has stored one of two related facts and not yet the other. See HOW_IT_WORKS.md.

const backends: Backend[] = [];
const queue = 'calls';
let broker: Broker;

beforeEach(async () => {
  broker = await startBroker(natsServer);
});
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.close();
  await broker.stop();
});

async function aBackend(): Promise<Backend> {
  const backend = await connectNats({ url: broker.url, ackWaitMs: 1_000 });
  backends.push(backend);
  return backend;
}

const aTransport = async (): Promise<Transport> => (await aBackend()).transport;

test('a queue whose messages are all done is empty after the server was killed', async () => {
  const transport = await aTransport();
  let handled = 0;
  const handler = async () => {
    handled++;
    return ack();
  };
  await transport.subscribe(queue, handler, { maxInFlight: 10 });
  await Promise.all(Array.from({ length: 200 }, () => transport.publish(queue, aMessage())));
  await eventually(() => handled === 200);
  await broker.kill();
  await broker.restart();
  await eventually(async () => {
    const depth = await transport.depth(queue).catch(() => undefined);
    return depth?.waiting === 0 && depth.inFlight === 0;
  }, 25_000);
});

test('a waiting message is delivered although the server forgot the acknowledgements of earlier messages', async () => {
  const first = await aTransport();
  const open = gate();
  const publish = async (count: number) => {
    const messages = Array.from({ length: count }, () => aMessage({ lane: 'figlet' }));
    for (const message of messages) await first.publish(queue, message);
    return messages.map(({ id }) => id);
  };
  const nothingIsHeld = async (transport: Transport) => (await transport.depth(queue)).inFlight === 0;
  // An older message stays, so that the messages that are gone leave a gap instead of a later start of the stream.
  await first.publish(queue, aMessage({ lane: 'older', notBefore: new Date(Date.now() + 3_600_000) }));
  await publish(10);
  const working = await first.subscribe(queue, () => open.opened.then(() => ack()), { maxInFlight: 10 });
  await eventually(async () => (await first.depth(queue)).inFlight === 10);
  // The server stores deliveries within 100 ms.
  await delay(500);
  const consumer = join(broker.dataDir!, 'jetstream', '$G', 'streams', streamsOf(queue).messages, 'obs', 'figlet');
  const beforeAcks = await readFile(join(consumer, 'o.dat'));
  open.open();
  await eventually(() => nothingIsHeld(first));
  // The server stores deletions from the stream with the next deletion after at least two seconds.
  await delay(2_100);
  await publish(1);
  await eventually(async () => (await first.depth(queue)).waiting === 1);
  await working.drain(1_000);
  const waiting = await publish(5);
  await broker.kill();
  await writeFile(join(consumer, 'o.dat'), beforeAcks);
  await broker.restart();
  // The ack wait has passed: all ten deliveries are due again, before the waiting messages.
  await delay(1_500);

  const received = new Set<string>();
  const second = await aTransport();
  await second.subscribe(queue, async ({ id }) => (received.add(id), ack()), { maxInFlight: 10 });
  await eventually(() => waiting.every((id) => received.has(id)), 10_000);
  await eventually(() => nothingIsHeld(second));
  expect((await second.depth(queue)).lanes).toEqual(new Map([['older', 1]]));
});
