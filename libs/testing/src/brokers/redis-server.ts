import { connect } from 'node:net';

import type { BrokerProgram } from './broker.js';

export const redisServer: BrokerProgram = {
  command: 'redis-server',
  debianPackage: 'redis-server',
  urlVariable: 'REDIS_URL',
  // The persistence that DURABILITY=crash requires.
  args: ({ port, dataDir }) =>
    ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', dataDir, '--save', ''].concat([
      '--appendonly',
      'yes',
      '--appendfsync',
      'everysec',
      '--maxmemory-policy',
      'noeviction',
    ]),
  url: (port) => `redis://127.0.0.1:${port}`,
  isReady: async ({ port, pid }) => {
    const server = await info(port);
    return server.includes(`process_id:${pid}\r\n`) && server.includes('loading:0\r\n');
  },
};

/** The answer of Redis to `INFO`; empty when nothing listens. */
function info(port: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('INFO\r\nQUIT\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.once('error', () => resolve(''));
    socket.once('close', () => resolve(answer));
  });
}
