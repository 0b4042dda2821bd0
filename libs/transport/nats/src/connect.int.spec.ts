import { spawn } from 'node:child_process';

import { DurabilityError, TransportUnavailableError } from '@later/transport-contract';
import { eventually, freePort, natsServer, startBroker } from '@later/testing';
import { expect, test } from 'vitest';

import { connectNats } from './connect.js';

test('connecting without a server rejects within five seconds and names NATS_URL', async () => {
  const started = performance.now();
  const url = `nats://127.0.0.1:${await freePort()}`;
  const refused = connectNats({ url });
  await expect(refused).rejects.toThrow(TransportUnavailableError);
  await expect(refused).rejects.toThrow(/NATS_URL/);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('connecting to a server without JetStream rejects and says how to switch it on', async () => {
  const port = await freePort();
  const server = spawn('nats-server', ['-a', '127.0.0.1', '-p', `${port}`], {
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  try {
    await eventually(async () => {
      const error = await connectNats({ url: `nats://127.0.0.1:${port}` }).catch((thrown: unknown) => thrown);
      return error instanceof DurabilityError && error.message.includes('-js');
    });
  } finally {
    server.kill();
  }
});

test('connecting rejects DURABILITY=power when the server cannot survive a power cut', async () => {
  const broker = await startBroker(natsServer);
  try {
    await expect(connectNats({ url: broker.url, durability: 'power' })).rejects.toThrow(DurabilityError);
  } finally {
    await broker.stop();
  }
});
