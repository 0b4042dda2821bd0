/** Runs as a process of its own: the cheapest function there is. Tells its parent how many requests it has answered. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let answered = 0;
const server = createServer((request, response) => {
  request.resume();
  answered++;
  response.end('ok');
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ answered }));
process.on('disconnect', () => process.exit());
