/** A provider that is killed: loads a runtime from its sources, starts one instance, and calls it once. */
import { once } from 'node:events';
import { createServer } from 'node:http';

import { createServer as createSourceServer } from 'vite';

process.on('disconnect', () => process.exit());
const [{ module, create, options, spec }] = await once(process, 'message');

const conditions = ['@later/source'];
// Stays open, because a runtime imports some modules only when it needs them.
const sources = await createSourceServer({
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
});
const runtimes = await sources.ssrLoadModule(module);
const runtime = await runtimes[create]({ log: { info: () => undefined, warn: () => undefined }, ...options });
const instance = await runtime.start({ ...spec, log: (text) => process.send(text) }, AbortSignal.any([]));
const server = createServer((request, response) => {
  void instance.answer({ request, response, path: '/', query: '', timeoutMs: 60_000 });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
await fetch(`http://127.0.0.1:${server.address().port}/`, { method: 'POST' });
