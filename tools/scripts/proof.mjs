/** `npm run test:proof`: the tests that take minutes, from a fresh clone. */
import { join } from 'node:path';

import { readArguments } from './arguments.mjs';
import { finish, readReport, reports, runProjects } from './vitest-report.mjs';
import { build, install, run, say } from './workspace.mjs';

readArguments({
  command: 'npm run test:proof',
  about: [
    'Proves what takes minutes: kills, hostile functions, whole workspaces. Installs and builds what is missing.',
    '',
    'LATER_REQUIRE_CONTAINERS=1  proves containers and the stacks too, on the engine at DOCKER_HOST',
    'NATS_URL, REDIS_URL         brokers to test on, instead of brokers that are started',
  ],
});
install();
build();
say('Proofs (vitest)');
const counts = [await runProjects('proof')];
if (process.env.LATER_REQUIRE_CONTAINERS) counts.push(proveStacks());
finish(counts);

function proveStacks() {
  say('Stacks: images scanned, containers killed and restarted (node tools/stacks/prove.mjs)');
  const path = join(reports, 'stacks.json');
  const ok = run('node', [join('tools', 'stacks', 'prove.mjs'), '--report', path]);
  const { passed = 0, failures = [] } = readReport(path) ?? {};
  if (failures.length === 0 && !ok) failures.push('stacks: an error outside of all checks, see above');
  return { passed, failures };
}
