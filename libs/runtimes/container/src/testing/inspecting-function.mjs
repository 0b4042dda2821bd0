/** A function that reports what its container allows, and that misbehaves on certain paths. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setImmediate } from 'node:timers';

const secret = '/var/openfaas/secrets/api-key';
const writable = ['/etc/written', '/function/written', '/tmp/written', secret, '/var/openfaas/secrets/another'];
let asked = 0;

const attempt = (act) => {
  try {
    return act();
  } catch (error) {
    return error.code;
  }
};
const firstOf = (...paths) =>
  paths.map((path) => attempt(() => readFileSync(path, 'utf8').trim())).find((each) => each !== 'ENOENT');

const look = () => ({
  user: process.getuid(),
  writes: Object.fromEntries(
    writable.map((path) => [path, attempt(() => (writeFileSync(path, 'written'), 'written'))]),
  ),
  secret: attempt(() => ({ mode: (statSync(secret).mode & 0o777).toString(8), content: readFileSync(secret, 'utf8') })),
  status: readFileSync('/proc/self/status', 'utf8'),
  firstProcess: readFileSync('/proc/1/cmdline', 'utf8').split('\0')[0],
  memoryLimit: firstOf('/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'),
  pidsLimit: firstOf('/sys/fs/cgroup/pids.max', '/sys/fs/cgroup/pids/pids.max'),
  asked,
});

const held = [];
const allocate = () => {
  held.push(Buffer.alloc(8 * 1024 ** 2, 1));
  setImmediate(allocate);
};
const line = 'flood'.repeat(200);
const flood = () => process.stdout.write(`${line}\n`, () => setImmediate(flood));

createServer((request, response) => {
  switch (request.url) {
    case '/ready':
      return response.writeHead(++asked < 3 ? 503 : 204).end();
    case '/early':
      return response.end('before it was read');
    case '/allocate':
      return allocate();
    case '/flood':
      flood();
      return response.end();
    default:
      return response.end(JSON.stringify(look()));
  }
}).listen(Number(process.env.PORT));
