/**
 * `npm run test:proof`: what takes minutes to prove, from a fresh clone. With LATER_REQUIRE_CONTAINERS set, as `.ci/run` does
 * where there is a container engine, the stacks are proven too.
 */
import { join } from 'node:path';

import { readArguments } from './arguments.mjs';
import { finish, runProjects, runWithReport } from './vitest-report.mjs';
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
const counts = [runProjects('proof')];
if (process.env.LATER_REQUIRE_CONTAINERS) counts.push(proveStacks());
finish(counts);

function proveStacks() {
  say('Stacks: images scanned, containers killed and restarted (node tools/stacks/prove.mjs)');
  const { well, report } = runWithReport('stacks.json', (path) =>
    run('node', [join('tools', 'stacks', 'prove.mjs'), '--report', path]),
  );
  const { passed = 0, failures = [] } = report;
  return { what: 'stacks', well, passed, failures };
}
