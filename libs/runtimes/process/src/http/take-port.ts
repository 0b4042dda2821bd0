import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Ports that were given to an instance, which may not listen on it yet. */
const taken = new Set<number>();

/** A port of the loopback address for one instance. */
export async function takePort(): Promise<{ readonly port: number; readonly release: () => void }> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (taken.has(port)) continue;
    taken.add(port);
    return { port, release: () => void taken.delete(port) };
  }
}
