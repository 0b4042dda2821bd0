/**
 * Loaded before an app that is served on this machine while the rest of it runs in a stack: what the services are named
 * there leads to where they are published here.
 */
import dns from 'node:dns';

const names = new Set(['gateway', 'provider', 'functions', 'nats', 'redis']);
const { lookup } = dns;

dns.lookup = (hostname, ...rest) => lookup(names.has(hostname) ? '127.0.0.1' : hostname, ...rest);
