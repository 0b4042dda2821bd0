// Builds an image, deploys it as a function that runs in a container, calls it, and removes it.
//
//   npm start                                          (in one terminal)
//   npx node examples/03-container-function/run.mjs    (in another)
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

const folder = import.meta.dirname;
const gateway = process.env.GATEWAY_URL ?? 'http://127.0.0.1:8080';
const passwordFile = join(process.env.DATA_DIR ?? join(folder, '..', '..', '.later'), 'basic-auth-password');
const password = process.env.BASIC_AUTH_PASSWORD ?? readFileSync(passwordFile, 'utf8').trim();

/** Deploys, changes or removes a function. */
const system = (method, body) =>
  fetch(`${gateway}/system/functions`, {
    method,
    headers: {
      Authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(body),
  });

const { functions } = parse(readFileSync(join(folder, 'stack.yml'), 'utf8'));
const { checksum } = functions;
execFileSync('docker', ['build', '--quiet', '--tag', checksum.image, folder], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

const deployment = {
  service: 'checksum',
  image: checksum.image,
  limits: checksum.limits,
  annotations: checksum.annotations,
  readOnlyRootFilesystem: checksum.readonly_root_filesystem,
};
const updated = await system('PUT', deployment);
const deployed = updated.status === 404 ? await system('POST', deployment) : updated;
if (!deployed.ok) throw new Error(`Not deployed: ${deployed.status} ${await deployed.text()}`);
console.log(`deployed checksum: ${checksum.image}`);

try {
  const words = 'LaterIsBetter';
  const answer = await fetch(`${gateway}/function/checksum`, { method: 'POST', body: words });
  console.log(`answered ${answer.status}: ${await answer.text()}`);
  console.log(`expected:     ${createHash('sha256').update(words).digest('hex')}`);
} finally {
  await system('DELETE', { functionName: 'checksum' });
}
