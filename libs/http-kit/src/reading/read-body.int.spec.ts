import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { BodyBrokeOffError, readBody } from './read-body.js';

test('a body breaks off when its client closes the connection in the middle', async () => {
  const reading = Promise.withResolvers<unknown>();
  const server = createServer((request) => {
    request.socket.once('data', () => client.resetAndDestroy());
    readBody(request, 100).then(reading.resolve, reading.resolve);
    client.write('more');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf');
  const error = await reading.promise;
  expect(error).toBeInstanceOf(BodyBrokeOffError);
  expect(error).toMatchObject({ cause: { code: 'ECONNRESET' } });
  server.close();
});
