import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../scripts/workspace.mjs';

const line = /^([A-Z_]+)=(.*)$/gm;
const file = readFileSync(join(root, 'docker', '.env'), 'utf8');

/** What compose reads: `docker/.env`, over which the shell wins. */
export const settings = { ...Object.fromEntries([...file.matchAll(line)].map(([, name, value]) => [name, value])) };
for (const [name, value] of Object.entries(process.env)) if (value !== '') settings[name] = value;

const { GATEWAY_ADDRESS: address, GATEWAY_PORT: port } = settings;

/** Where this machine reaches the gateway of whatever is up. */
export const gatewayUrl = settings.GATEWAY_URL ?? `http://${address === '0.0.0.0' ? '127.0.0.1' : address}:${port}`;
