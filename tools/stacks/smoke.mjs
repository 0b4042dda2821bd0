/** `npm run smoke`: walks the lab over HTTP against the gateway at GATEWAY_URL, and prints each step. */
import { existsSync, readFileSync } from 'node:fs';

import { LabDifference, walkLab } from '../../libs/testing/src/lab/walk-lab.mjs';
import { readArguments } from '../scripts/arguments.mjs';
import { passwordFile } from './password.mjs';
import { gatewayUrl } from './settings.mjs';

readArguments({
  command: 'npm run smoke',
  about: [
    'Walks the lab over HTTP against a running gateway, and ends with status 1 at the first difference.',
    '',
    'GATEWAY_URL          where it is (default http://127.0.0.1:8080)',
    'BASIC_AUTH_PASSWORD  of /system/* (default: the one in .later)',
  ],
});

const password =
  process.env.BASIC_AUTH_PASSWORD ??
  (existsSync(passwordFile) ? readFileSync(passwordFile, 'utf8').trimEnd() : undefined);
const print = (text) => process.stdout.write(`${text}\n`);

print(`\nThe lab at ${gatewayUrl}\n`);
try {
  await walkLab({
    gatewayUrl,
    password,
    report: (step, text) => print(`  ${step.padEnd(22)} ${text}`),
    show: (banner) => print(`\n${banner.replaceAll(/^/gm, '    ')}\n`),
  });
  print('\nAll as it should be.');
} catch (error) {
  if (!(error instanceof LabDifference)) throw error;
  process.stderr.write(`\nFailed: ${error.message}\n`);
  process.exit(1);
}
