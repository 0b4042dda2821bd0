/** `npm test`: everything that decides whether a change may land, from a fresh clone. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { build, fail, install, root, run, say } from './workspace.mjs';

install();
build();
say('Lint, with the dependency rule (eslint, prettier)');
if (!run('eslint', ['.', '--max-warnings', '0'])) fail('lint', 'Try npx eslint . --fix');
if (!run('prettier', ['--check', '--log-level', 'warn', '.'])) fail('format', 'Run npx prettier --write .');
say('Types (tsc)');
if (!run('tsc', ['-p', 'tsconfig.check.json'])) fail('types', 'The lines above name the file and the line.');

say('Tests: unit, integration with real brokers, end to end (vitest)');
const report = join(root, 'node_modules', '.cache', 'test-report.json');
rmSync(report, { force: true });
const passed = run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
// A file that could not even be read has no tests to count.
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
).length;
console.log(
  `\n${numPassedTests} passed, ${numFailedTests + brokenFiles} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`,
);
process.exit(passed ? 0 : 1);
