/** `npm run test:proof`: the tests that take minutes, from a fresh clone. */
import { readArguments } from './arguments.mjs';
import { finish, runProjects } from './vitest-report.mjs';
import { build, install, say } from './workspace.mjs';

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
await build();
say('Proofs (vitest)');
finish([await runProjects('proof')]);
