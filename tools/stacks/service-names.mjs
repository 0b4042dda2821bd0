/**
 * Loaded before an app that is served on this machine while the rest of it runs in a stack: what the services are named
 * there leads to where they are published here.
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
