import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../scripts/workspace.mjs';

const line = /^([A-Z_]+)=(.*)$/gm;
const file = readFileSync(join(root, 'docker', '.env'), 'utf8');

/** The variables that compose reads: `docker/.env`, overridden by the shell. */
export const settings = { ...Object.fromEntries([...file.matchAll(line)].map(([, name, value]) => [name, value])) };
for (const [name, value] of Object.entries(process.env)) if (value !== '') settings[name] = value;

const { GATEWAY_ADDRESS: address, GATEWAY_PORT: port } = settings;

/** The address of the running stack's gateway on this machine. */
export const gatewayUrl = settings.GATEWAY_URL ?? `http://${address === '0.0.0.0' ? '127.0.0.1' : address}:${port}`;
