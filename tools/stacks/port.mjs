import { createServer } from 'node:net';

/** Whether a port of this machine is free. */
export function isFree(host, port) {
  return new Promise((resolve) => {
    const server = createServer()
      .on('error', () => resolve(false))
      .listen({ host, port: Number(port), exclusive: true }, () => server.close(() => resolve(true)));
  });
}
