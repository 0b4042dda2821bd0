import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createPlainServer, type AddressInfo } from 'node:net';

import { Agent } from 'undici';
import { expect, test } from 'vitest';

import { patientConnector } from './patient-connector.js';

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
  const connect = patientConnector(origin);
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
  const elsewhere = new Agent({ connect: patientConnector('http://127.0.0.1:9') });
  await expect(elsewhere.request({ origin, path: '/', method: 'GET' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const patient = new Agent({ connect: patientConnector(origin) });
  await expect(patient.request({ origin, path: '/', method: 'GET' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await Promise.all([elsewhere.close(), patient.close()]);
});
