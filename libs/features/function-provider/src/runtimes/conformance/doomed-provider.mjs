/** A provider as a process of its own: starts an instance from the sources, calls it once, and waits to be killed. */
import { once } from 'node:events';
import { createServer } from 'node:http';

import { runnerImport } from 'vite';

const { module, create, options, spec } = JSON.parse(process.argv[2]);
process.on('disconnect', () => process.exit());

const conditions = ['@later/source'];
const { module: runtimes } = await runnerImport(module, {
  configFile: false,
  logLevel: 'error',
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
});
const runtime = await runtimes[create](options);
const instance = await runtime.start(
  { ...spec, secrets: new Map(spec.secrets), log: (text) => process.send(text) },
  AbortSignal.any([]),
);
const server = createServer((request, response) => {
  void instance.answer({ request, response, path: '/', query: '', timeoutMs: 60_000 });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
await fetch(`http://127.0.0.1:${server.address().port}/`, { method: 'POST' });
