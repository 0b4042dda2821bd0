/**
 * `node tools/stacks/prove.mjs [STACK…] [--report FILE]`: builds the images, looks through them, and proves each stack by
 * running it: kills, a rolling restart, and what is left after `down`. Prints what it saw; status 1 when anything is not as
 * it should be. The report is how many passed and failed, as JSON.
 */
import { rmSync, writeFileSync } from 'node:fs';

import { fail, say } from '../scripts/workspace.mjs';
import { readArguments, requireStack } from './arguments.mjs';
import { requireEngine } from './engine.mjs';
import { buildImages } from './images.mjs';
import { Checks } from './proof/checks.mjs';
import { scanImages } from './proof/scan-images.mjs';
import { ProvenStack } from './proof/proven-stack.mjs';
import { keepsWhatWaits, leavesNothing, losesNothing, restartsGateways, walksTheLab } from './proof/proofs.mjs';
import { portOf } from './bundle/services.mjs';

const given = readArguments('node tools/stacks/prove.mjs [nats|bullmq]… [--report FILE]', {
  flags: { '--report': 'value' },
  positional: { least: 0, most: 2 },
});
const stacks = (given.words.length > 0 ? given.words : ['nats', 'bullmq']).map(requireStack);
if (stacks.some(({ broker }) => !broker)) fail('the arguments', 'Stacks with a broker are proven: nats, bullmq.');
requireEngine();

const checks = new Checks();
const apps = Object.keys(portOf);
say('Images');
await checks.see('the images are built', 600, async () => {
  buildImages(apps);
  return apps.join(', ');
});
await scanImages(apps, checks);

for (const { name } of stacks) {
  const stack = await ProvenStack.of(name);
  say(`${name}: a container for each service`);
  try {
    await checks.see('up', 240, () => stack.up());
    await checks.see('smoke', 90, () => walksTheLab(stack));
    await checks.see('500 calls, a worker and the broker killed', 150, () => losesNothing(stack));
    await checks.see('two gateways restarted under 100 calls per second', 150, () => restartsGateways(stack));
    await checks.see('down, and up again', 240, () => keepsWhatWaits(stack));
  } finally {
    await checks.see('down with its volumes', 120, () => leavesNothing(stack));
    rmSync(stack.folder, { recursive: true, force: true });
  }
}
console.log(`\nstacks: ${checks.passed} passed, ${checks.failed} failed`);
if (given['--report'])
  writeFileSync(given['--report'], JSON.stringify({ passed: checks.passed, failed: checks.failed }));
process.exit(checks.failed === 0 ? 0 : 1);
