import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createPlainServer, type AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';

import { eventually } from '@later/testing';
import { Agent } from 'undici';
import { expect, test, vi } from 'vitest';

import { patientConnector } from './patient-connector.js';
import { RememberedLookup } from './remembered-lookup.js';

const hosts = new RememberedLookup();

/** A port that nobody listens on, and how somebody comes to. */
async function vacantPort() {
  const holder = createPlainServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  const server = createServer((request, response) => void request.pipe(response));
  return { origin: `http://127.0.0.1:${port}`, server, occupy: () => server.listen(port, '127.0.0.1') };
}

test('a request waits for who is being restarted, and is sent whole', async () => {
  const { origin, server, occupy } = await vacantPort();
  let refused = 0;
  const connect = patientConnector({ hosts, patientWith: origin });
  const agent = new Agent({ connect });
  const impatient = new Agent();
  const asking = agent.request({ origin, path: '/', method: 'POST', body: 'all of it' });
  // Others are refused meanwhile.
  while (refused < 3) await impatient.request({ origin, path: '/', method: 'GET' }).catch(() => (refused += 1));
  occupy();
  expect(await (await asking).body.text()).toBe('all of it');
  await Promise.all([agent.close(), impatient.close()]);
  server.close();
});

test('nobody else is waited for, and nobody for ever', async () => {
  const { origin } = await vacantPort();
  const elsewhere = new Agent({ connect: patientConnector({ hosts, patientWith: 'http://127.0.0.1:9' }) });
  await expect(elsewhere.request({ origin, path: '/', method: 'GET' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const patient = new Agent({ connect: patientConnector({ hosts, patientWith: origin }) });
  await expect(patient.request({ origin, path: '/', method: 'GET' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await Promise.all([elsewhere.close(), patient.close()]);
});

/** Listens, and lets nobody in: the kernel drops who comes when the queue is full, as it would at an address without a host. */
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

test('a host that moved is found where it is now, once the name server says so', async () => {
  const { port, end } = await silentHost('127.0.0.2');
  const server = createServer((_request, response) => void response.end('here')).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const moved = Promise.withResolvers<LookupAddress[]>();
  const answers = [Promise.resolve([{ address: '127.0.0.2', family: 4 }]), moved.promise];
  const ask = () => answers.shift() ?? Promise.reject(new Error('asked once too often'));
  let now = 0;
  // No answer is fresh: a second passes between any two looks at the clock.
  const slow = new RememberedLookup({ ask, freshMs: 1, patienceMs: 1, clock: { now: () => (now += 1_000) } });
  await slow.addressesOf('moves.example');
  const latest = vi.spyOn(slow, 'lookupLatest');

  const agent = new Agent({ connect: patientConnector({ hosts: slow }) });
  const asking = agent.request({ origin: `http://moves.example:${port}`, path: '/', method: 'GET' });
  // By then it was not found where it had been.
  await eventually(() => latest.mock.calls.length === 1);
  moved.resolve([{ address: '127.0.0.1', family: 4 }]);
  expect(await (await asking).body.text()).toBe('here');
  await agent.close();
  server.close();
  await end();
});

test('a host that is nowhere is given up', async () => {
  const { port, end } = await silentHost('127.0.0.3');
  const agent = new Agent({ connect: patientConnector({ hosts }) });
  const request = agent.request({ origin: `http://127.0.0.3:${port}`, path: '/', method: 'GET' });
  await expect(request).rejects.toMatchObject({ code: 'UND_ERR_CONNECT_TIMEOUT' });
  await agent.close();
  await end();
});
