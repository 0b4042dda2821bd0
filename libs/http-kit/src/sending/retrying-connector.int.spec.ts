import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createPlainServer, type AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';

import { eventually } from '@later/testing';
import { Agent } from 'undici';
import { expect, test, vi } from 'vitest';

import { retryingConnector } from './retrying-connector.js';
import { DnsCache } from './dns-cache.js';

const dns = new DnsCache();

/** A port without a server, and a function that starts one there. */
async function vacantPort() {
  const holder = createPlainServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  const server = createServer((request, response) => void request.pipe(response));
  return { origin: `http://127.0.0.1:${port}`, server, occupy: () => server.listen(port, '127.0.0.1') };
}

test('a request waits for a server that restarts, and is sent completely', async () => {
  const { origin, server, occupy } = await vacantPort();
  let refused = 0;
  const connect = retryingConnector({ dns, restarts: origin });
  const agent = new Agent({ connect });
  const withoutRetries = new Agent();
  const asking = agent.request({ origin, path: '/', method: 'POST', body: 'all of it' });
  // Requests without retries are refused in the meantime.
  while (refused < 3) await withoutRetries.request({ origin, path: '/', method: 'GET' }).catch(() => (refused += 1));
  occupy();
  expect(await (await asking).body.text()).toBe('all of it');
  await Promise.all([agent.close(), withoutRetries.close()]);
  server.close();
});

test('a refused connection to another server is an error, and a server that never restarts is one at last', async () => {
  const { origin } = await vacantPort();
  const elsewhere = new Agent({ connect: retryingConnector({ dns, restarts: 'http://127.0.0.1:9' }) });
  await expect(elsewhere.request({ origin, path: '/', method: 'GET' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const retrying = new Agent({ connect: retryingConnector({ dns, restarts: origin }) });
  await expect(retrying.request({ origin, path: '/', method: 'GET' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await Promise.all([elsewhere.close(), retrying.close()]);
});

/** A server that accepts no connection: with a full queue the kernel drops each, as for an address without a host. */
async function silentHost(host: string) {
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const server = require('node:net').createServer().listen({ host: workerData, port: 0, backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
     });`,
    { eval: true, workerData: host },
  );
  const [port] = (await once(worker, 'message')) as [number];
  const queued = [1, 2, 3].map(() => connect(port, host).on('error', () => undefined));
  return {
    port,
    end: async () => {
      for (const socket of queued) socket.destroy();
      await worker.terminate();
    },
  };
}

test('a host with a new address is found there when the name server knows it', async () => {
  const { port, end } = await silentHost('127.0.0.2');
  const server = createServer((_request, response) => void response.end('here')).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const moved = Promise.withResolvers<LookupAddress[]>();
  const answers = [Promise.resolve([{ address: '127.0.0.2', family: 4 }]), moved.promise];
  const resolve = () => answers.shift() ?? Promise.reject(new Error('a question too many'));
  let now = 0;
  // No answer stays fresh: the clock advances a second with every reading.
  const slow = new DnsCache({ resolve, freshMs: 1, maxDelayMs: 1, clock: { now: () => (now += 1_000) } });
  await slow.addressesOf('moves.example');
  const uncached = vi.spyOn(slow, 'lookupUncached');

  const agent = new Agent({ connect: retryingConnector({ dns: slow }) });
  const asking = agent.request({ origin: `http://moves.example:${port}`, path: '/', method: 'GET' });
  // The uncached lookup proves that the connection to the old address has failed.
  await eventually(() => uncached.mock.calls.length === 1);
  moved.resolve([{ address: '127.0.0.1', family: 4 }]);
  expect(await (await asking).body.text()).toBe('here');
  await agent.close();
  server.close();
  await end();
});

test('a host that never answers is an error', async () => {
  const { port, end } = await silentHost('127.0.0.3');
  const agent = new Agent({ connect: retryingConnector({ dns }) });
  const request = agent.request({ origin: `http://127.0.0.3:${port}`, path: '/', method: 'GET' });
  await expect(request).rejects.toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
  await agent.close();
  await end();
});
