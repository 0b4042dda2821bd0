/**
 * `node tools/stacks/prove.mjs [STACK…] [--report FILE]`: builds the images, looks through them, and proves each stack by
 * running it: kills, a rolling restart, and what is left after `down`. Prints what it saw; status 1 when anything is not as
 * it should be. The report is how many passed and failed, and which failed, as JSON.
 */
import { writeFileSync } from 'node:fs';

import { readArguments } from '../scripts/arguments.mjs';
import { portOf } from './bundle/services.mjs';
import { requireEngine } from './engine.mjs';
import { buildImages } from './images.mjs';
import { Checks } from './proof/checks.mjs';
import { runsContainers } from './proof/containers.mjs';
import { clearsAway, keepsWhatWaits, leavesNothing } from './proof/keeping.mjs';
import { losesNothing } from './proof/kills.mjs';
import { walksTheLab } from './proof/lab.mjs';
import { ProvenStack } from './proof/proven-stack.mjs';
import { restartsGateways } from './proof/restarts.mjs';
import { scanImages } from './proof/scan-images.mjs';
import { servesWorker } from './proof/serving.mjs';
import { weighContext } from './proof/weigh-context.mjs';
import { requireStack, stackNames } from './stacks.mjs';

const { words, report } = readArguments({
  command: 'node tools/stacks/prove.mjs [STACK]… [--report FILE]',
  about: [
    'Proves those stacks, or all, by running them: minutes for each.',
    '',
    '--report FILE  writes how many checks passed and failed, and which failed, as JSON',
  ],
  options: { report: { type: 'string' } },
  words: { least: 0, most: stackNames.length },
});
const stacks = (words.length > 0 ? words : stackNames).map(requireStack);
requireEngine();

const checks = new Checks();
const apps = Object.keys(portOf);
checks.begin('Images');
await checks.see('what they are built from', 60, async () => weighContext());
await checks.see('the images are built', 600, async () => {
  buildImages(apps);
  return apps.join(', ');
});
await scanImages(apps, checks);

for (const { name, broker } of stacks) {
  const stack = await ProvenStack.of(name);
  const see = (what, withinSeconds, look) => checks.see(what, withinSeconds, look, () => stack.complaints());
  checks.begin(name);
  if (!(await see('nothing is left of an earlier proof', 120, () => clearsAway(stack)))) continue;
  try {
    if (!(await see('up', 240, () => stack.up()))) continue;
    await see('smoke', 90, () => walksTheLab(stack));
    if (!broker) continue;
    await see('joined by a witness and a second gateway', 60, async () => {
      await stack.bringWitness();
      await stack.deployProof();
    });
    await see('500 calls, a worker and the broker killed', 150, () => losesNothing(stack));
    await see('two gateways restarted under 100 calls per second', 150, () => restartsGateways(stack));
    await see('down, and up again', 240, () => keepsWhatWaits(stack));
    await see('a worker served on this machine', 240, () => servesWorker(stack));
    await see('a function in a container', 240, () => runsContainers(stack));
  } finally {
    await see('down with its volumes', 120, () => leavesNothing(stack));
  }
}
const { passed, failures } = checks;
const failed = failures.length;
console.log(`\nstacks: ${passed} passed, ${failed} failed`);
if (report) writeFileSync(report, JSON.stringify({ passed, failures }));
process.exit(failed === 0 ? 0 : 1);
