/** A hostile server: the path of a request selects what it does. It ignores signals, and so do its children. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { setInterval } from 'node:timers';
import { pipeline } from 'node:stream/promises';

const bytes = 1024 ** 3;
const [, , depth = '2'] = process.argv;
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
if (Number(depth) > 0)
  for (const detached of [false, true])
    spawn(process.execPath, [process.argv[1], String(Number(depth) - 1)], { stdio: 'ignore', detached });

function* flood() {
  const chunk = Buffer.alloc(64 * 1024, 'flood\n');
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
}

const handlers = {
  '/floods-output': (_, response) => void pipeline(flood, response).catch(() => undefined),
  '/floods-log': async (_, response) => {
    await pipeline(flood, process.stderr, { end: false });
    response.end('answered\n');
  },
  '/never-reads': () => undefined,
  '/exits-at-once': () => process.exit(9),
  '/answers-first': (request, response) => {
    response.write('early\n');
    request.resume().on('end', () => response.end());
  },
  '/answers-without-reading': (_, response) => response.end('answered\n'),
  '/breaks-off': (request, response) =>
    request.resume().on('end', () => response.write('half', () => response.socket.destroy())),
};

if (depth === '2')
  createServer((request, response) => handlers[request.url]?.(request, response)).listen(process.env.PORT);
else setInterval(() => undefined, 60_000);
