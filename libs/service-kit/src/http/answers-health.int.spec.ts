import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { freePort } from '@later/testing';
import { afterEach, expect, test } from 'vitest';

import { answersHealth } from './answers-health.js';

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

test('who answers 200 to /healthz is alive', async () => {
  const port = await listen(({ url }, response) => void response.writeHead(url === '/healthz' ? 200 : 404).end());
  expect(await answersHealth(port)).toBe(true);
});

test('who answers anything else is not', async () => {
  expect(await answersHealth(await listen((_, response) => void response.writeHead(503).end()))).toBe(false);
});

test('nobody is not', async () => {
  expect(await answersHealth(await freePort())).toBe(false);
});

test('who never answers is given up', async () => {
  expect(await answersHealth(await listen(() => undefined), 50)).toBe(false);
});
