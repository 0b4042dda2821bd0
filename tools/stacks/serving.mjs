/** Prepares a service of a stack to run on this machine with `nx serve` instead of in a container. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fail, root } from '../scripts/workspace.mjs';
import { portOf } from './bundle/services.mjs';
import { gatewayUrl, settings } from './settings.mjs';

/** `nx serve NAME` reads the environment of NAME from NAME.env in this folder. */
export const serveFolder = join(root, '.later', 'serve');

/** These services receive no requests from the stack. */
const servable = ['queue-worker', 'callback-dispatcher'];
const brokers = {
  nats: { port: 4222, settings: { TRANSPORT: 'nats', NATS_URL: 'nats://127.0.0.1:4222' } },
  redis: { port: 6379, settings: { TRANSPORT: 'bullmq', REDIS_URL: 'redis://127.0.0.1:6379' } },
};

/** Ends the process with a reason when one of the services cannot run on this machine. */
export function requireServable(stack, without) {
  const unknown = without.find((service) => !stack.apps.includes(service));
  if (unknown)
    fail(`${stack.name} has no service "${unknown}" that could be left out`, `It has ${stack.apps.join(', ')}.`);
  const called = without.find((service) => !servable.includes(service));
  if (called) {
    fail(
      `${called} cannot be left out`,
      `Others in the stack call it, and would not find it on this machine. These can be: ${servable.join(', ')}.`,
    );
  }
}

/** The ports that a stack publishes besides the gateway's when some of its services run on this machine. */
export const servedPorts = ({ broker }, without) =>
  without.length === 0
    ? []
    : [
        { service: broker, host: '127.0.0.1', port: brokers[broker].port },
        ...['provider', 'functions'].map((service) => ({ service, host: '127.0.0.1', port: portOf[service] })),
      ];

/** Writes, for each service that is left out, the environment that it has in the stack. */
export function writeServeSettings({ broker }, without) {
  rmSync(serveFolder, { recursive: true, force: true });
  if (without.length === 0) return;
  mkdirSync(serveFolder, { recursive: true, mode: 0o700 });
  const values = {
    ...brokers[broker].settings,
    ...(settings.ACK_WAIT && { ACK_WAIT: settings.ACK_WAIT }),
    PROVIDER_URL: `http://127.0.0.1:${portOf.provider}`,
    GATEWAY_URL: gatewayUrl,
    // The addresses of functions contain the names of the stack's services.
    NODE_OPTIONS: `--import=${new URL('service-names.mjs', import.meta.url).href}`,
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  for (const service of without) writeFileSync(join(serveFolder, `${service}.env`), lines.join(''));
}
