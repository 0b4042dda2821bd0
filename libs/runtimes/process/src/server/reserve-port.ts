import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Ports that are given to an instance, which may not listen yet. */
const reserved = new Set<number>();

/** Reserves a free port of the loopback address for one instance. */
export async function reservePort(): Promise<{ readonly port: number; readonly release: () => void }> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (reserved.has(port)) continue;
    reserved.add(port);
    return { port, release: () => void reserved.delete(port) };
  }
}
