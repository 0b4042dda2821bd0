/** `npm test`: lint, types and all tests but the proofs, from a fresh clone. */
import { readArguments } from './arguments.mjs';
import { finish, runProjects } from './vitest-report.mjs';
import { build, fail, install, run, say } from './workspace.mjs';

readArguments({
  command: 'npm test',
  about: [
    'Runs lint, types and all tests but the proofs (npm run test:proof). Installs and builds what is missing.',
    '',
    'NATS_URL, REDIS_URL  brokers to test on, instead of brokers that are started',
  ],
});
install();
build();
say('Lint, with the dependency rule (eslint, prettier, knip)');
if (!run('eslint', ['.', '--max-warnings', '0'])) fail('lint', 'Try npx eslint . --fix');
if (!run('prettier', ['--check', '--log-level', 'warn', '.'])) fail('format', 'Run npx prettier --write .');
if (!run('knip', [])) fail('unused code', 'Remove the files, exports and dependencies above, or import them.');
say('Types (tsc)');
if (!run('tsc', ['-p', 'tsconfig.check.json'])) fail('types', 'The lines above name the file and the line.');

say('Tests: unit, integration with real brokers, end to end (vitest)');
finish([runProjects('unit', 'integration', 'e2e')]);
