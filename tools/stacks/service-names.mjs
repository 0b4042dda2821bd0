/**
 * Loaded before an app that runs on this machine while the rest runs in a stack: the names of the stack's services resolve
 * to their published addresses.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

const names = new Set(['gateway', 'provider', 'functions', 'nats', 'redis']);
const here = (hostname) => (names.has(hostname) ? '127.0.0.1' : hostname);

for (const asker of [dns, dns.promises]) {
  const { lookup } = asker;
  asker.lookup = (hostname, ...rest) => lookup(here(hostname), ...rest);
}
syncBuiltinESMExports();
