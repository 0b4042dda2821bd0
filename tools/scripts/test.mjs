/** `npm test`: lint, format, types and all tests but the proofs, from a fresh clone. */
import { readArguments } from './arguments.mjs';
import { runChecks } from './checks.mjs';
import { finish, runProjects } from './vitest-report.mjs';
import { build, install, say } from './workspace.mjs';

readArguments({
  command: 'npm test',
  about: [
    'Runs lint, types and all tests but the proofs (npm run test:proof). Installs and builds what is missing.',
    '',
    'NATS_URL, REDIS_URL  brokers to test on, instead of brokers that are started',
  ],
});
install();
// The checks need no build, and one core is enough for them.
const checks = runChecks();
await build();
say('Tests: unit, integration with real brokers, end to end (vitest); lint, format and types beside them');
const tests = await runProjects('unit', 'integration', 'e2e');
finish([{ failures: await checks }, tests]);
