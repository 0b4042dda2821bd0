import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import 'reflect-metadata';
import { createLogger, RunningService } from '@later/service-kit';
import { aMessage, eventually } from '@later/testing';
import { ack, deadLetter, type Delivery, type Outcome, type Backend, type Transport } from '@later/transport-contract';
import { Controller, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { connectBackend } from './connect-backend.js';
import { consume } from './consume.js';
import { transportConfig } from './transport-config.js';

const defect = new Error('a defect');
const attempts: number[] = [];

@Controller()
class Orders {
  @EventPattern('orders')
  async handle(@Payload() delivery: Delivery): Promise<Outcome> {
    attempts.push(delivery.attempt);
    if (delivery.id === 'bad') return deadLetter('not wanted');
    if (delivery.attempt === 1) throw defect;
    return ack();
  }
}

let starts = 0;

@Module({ controllers: [Orders] })
class Shop implements OnApplicationBootstrap {
  onApplicationBootstrap(): void {
    starts++;
  }
}

let folder: string;
let backend: Backend;
let transport: Transport;
let service: RunningService;

beforeEach(async () => {
  attempts.length = 0;
  starts = 0;
  folder = await mkdtemp(join(tmpdir(), 'later-nest-'));
  backend = await connectBackend(transportConfig.parse({ DATA_DIR: folder }));
  transport = backend.transport;
  const log = createLogger({ LOG_LEVEL: 'silent' });
  const processConfig = { LOG_LEVEL: 'silent', SHUTDOWN_GRACE: 1_000 } as const;
  service = new RunningService(log, 'shop', processConfig, new AbortController().signal);
});
afterEach(async () => {
  await service.stopAll();
  await backend.close();
  await rm(folder, { recursive: true });
});

const serveShop = (queues: Parameters<typeof consume>[2]) =>
  service.serve('shop', {
    imports: [Shop],
    listen: { HOST: '127.0.0.1', PORT: 0 },
    afterListen: consume(service, transport, queues),
  });

test('an @EventPattern handler returns the outcome, and onError receives the exception that it throws', async () => {
  const errors: unknown[] = [];
  await serveShop({ orders: { maxInFlight: 1, onError: (error) => void errors.push(error) } });
  await transport.publish('orders', aMessage({ id: 'bad' }));
  await eventually(async () => (await transport.depth('orders')).deadLetters === 1);
  expect(await backend.deadLetters.read('orders', 'bad')).toMatchObject({ reason: 'not wanted' });
  await transport.publish('orders', aMessage({ id: 'good' }));
  await eventually(() => attempts.length === 3);
  expect(attempts).toEqual([1, 1, 2]);
  expect(errors).toEqual([defect]);
  expect(starts, 'hooks called').toBe(1);
});

test('the app refuses to start when an @EventPattern has no options', async () => {
  await expect(serveShop({ other: { maxInFlight: 1 } })).rejects.toThrow('add "orders" to the server');
});
