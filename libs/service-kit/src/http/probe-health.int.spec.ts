import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { freePort } from '@later/testing';
import { afterEach, expect, test } from 'vitest';

import { probeHealth } from './probe-health.js';

let server: Server | undefined;

async function listen(answer: RequestListener): Promise<number> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

test('a process that answers 200 to /healthz is healthy', async () => {
  const port = await listen(({ url }, response) => void response.writeHead(url === '/healthz' ? 200 : 404).end());
  expect(await probeHealth(port)).toBe(true);
});

test('a process that answers another status is not healthy', async () => {
  expect(await probeHealth(await listen((_, response) => void response.writeHead(503).end()))).toBe(false);
});

test('a port without a process is not healthy', async () => {
  expect(await probeHealth(await freePort())).toBe(false);
});

test('a process that never answers is not healthy', async () => {
  expect(await probeHealth(await listen(() => undefined), 50)).toBe(false);
});
