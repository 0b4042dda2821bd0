import { connect } from 'node:net';

import type { BrokerProgram } from './broker.js';

export const natsServer: BrokerProgram = {
  command: 'nats-server',
  debianPackage: 'nats-server',
  urlVariable: 'NATS_URL',
  args: ({ port, dataDir, name }) => ['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', dataDir, '-n', name],
  url: (port) => `nats://127.0.0.1:${port}`,
  isReady: async ({ port, name }) => (await greeting(port)).includes(`"server_name":"${name}"`),
};

/** The line `INFO {...}` that NATS sends to every new connection; empty when nothing listens. */
function greeting(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (chunk) => {
      resolve(chunk.toString());
      socket.destroy();
    });
    socket.once('error', () => resolve(''));
    socket.once('close', () => resolve(''));
  });
}
