/**
 * `npm test`: everything that decides whether a change may land, from a fresh clone. With LATER_REQUIRE_CONTAINERS set, as
 * `.ci/run` does where there is a container engine, the stacks are proven too.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

import { readArguments } from './arguments.mjs';
import { build, fail, install, root, run, say } from './workspace.mjs';

const reports = join(root, 'node_modules', '.cache');

readArguments({
  command: 'npm test',
  about: [
    'Runs everything that decides whether a change may land: lint, types, all tests. Installs and builds what is missing.',
    '',
    'LATER_REQUIRE_CONTAINERS=1  proves containers and the stacks too, on the engine at DOCKER_HOST',
    'NATS_URL, REDIS_URL         brokers to test on, instead of some that are started',
  ],
});
install();
build();
say('Lint, with the dependency rule (eslint, prettier)');
if (!run('eslint', ['.', '--max-warnings', '0'])) fail('lint', 'Try npx eslint . --fix');
if (!run('prettier', ['--check', '--log-level', 'warn', '.'])) fail('format', 'Run npx prettier --write .');
say('Types (tsc)');
if (!run('tsc', ['-p', 'tsconfig.check.json'])) fail('types', 'The lines above name the file and the line.');

const counts = [runTests()];
if (process.env.LATER_REQUIRE_CONTAINERS) counts.push(proveStacks());
const [passed, skipped] = ['passed', 'skipped'].map((what) =>
  counts.reduce((sum, count) => sum + (count[what] ?? 0), 0),
);
// Once more where whoever reads the end alone finds them.
const failures = counts.flatMap(({ what, well, failures }) =>
  well || failures.length > 0
    ? failures
    : [`${what}: ended with an error outside of all tests, which is told of above`],
);
const failed = failures.length;
if (failed > 0) say(['What failed', ...failures.map((line) => `  ${line}`)].join('\n'));
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 ? 0 : 1);

function runTests() {
  say('Tests: unit, integration with real brokers, end to end (vitest)');
  const { well, report } = runWithReport('tests.json', (path) =>
    run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${path}`]),
  );
  const { numPassedTests = 0, numPendingTests = 0, testResults = [] } = report;
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    // A file that could not be read, or a hook of it that failed, is no test, and counts as one.
    if (status === 'failed' && failed.length === 0) return [`${file}: ${brief(message || 'a hook failed')}`];
    return failed.map(({ fullName, failureMessages }) => `${file} > ${fullName}: ${brief(failureMessages[0])}`);
  });
  return { what: 'vitest', well, passed: numPassedTests, skipped: numPendingTests, failures };
}

/** What went wrong, in a line, without the stack. */
function brief(message = 'no message') {
  return message.split('\n    at ')[0].replaceAll(/\s+/g, ' ').slice(0, 300);
}

function proveStacks() {
  say('Stacks: images scanned, containers killed and restarted (node tools/stacks/prove.mjs)');
  const { well, report } = runWithReport('stacks.json', (path) =>
    run('node', [join('tools', 'stacks', 'prove.mjs'), '--report', path]),
  );
  const { passed = 0, failures = [] } = report;
  return { what: 'stacks', well, passed, failures };
}

/** Who ends before there is a report leaves an empty one. */
function runWithReport(name, start) {
  const path = join(reports, name);
  rmSync(path, { force: true });
  const well = start(path);
  try {
    return { well, report: JSON.parse(readFileSync(path, 'utf8')) };
  } catch {
    return { well: false, report: {} };
  }
}
