/** Runs vitest with a JSON report, and prints the sum as the last line: `N passed, N failed`. */
import { readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

import { root, say, startProgram } from './workspace.mjs';

const reports = join(root, 'node_modules', '.cache');

/** Runs the named vitest projects and returns how many tests passed, were skipped, and failed. */
export async function runProjects(...projects) {
  const path = join(reports, `${projects.join('-')}.json`);
  rmSync(path, { force: true });
  const ok = await startProgram('vitest', [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path}`,
  ]);
  const report = readReport(path);
  if (!report) return { failures: ['vitest: ended before it wrote its report, see above'] };
  const { numPassedTests = 0, numPendingTests = 0, testResults = [] } = report;
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    // A file that cannot be read, or whose hook fails, has no failed test; it counts as one.
    if (status === 'failed' && failed.length === 0) return [`${file}: ${brief(message || 'a hook failed')}`];
    return failed.map(({ fullName, failureMessages }) => `${file} > ${fullName}: ${brief(failureMessages[0])}`);
  });
  if (failures.length === 0 && !ok) failures.push('vitest: an error outside of all tests, see above');
  return { passed: numPassedTests, skipped: numPendingTests, failures };
}

/** Undefined if vitest ended before it wrote the report. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Prints the failures once more, then the sum, and ends the process: status 0 only if nothing failed. */
export function finish(counts) {
  const sumOf = (kind) => counts.reduce((sum, count) => sum + (count[kind] ?? 0), 0);
  const failures = counts.flatMap((count) => count.failures);
  const [passed, skipped, failed] = [sumOf('passed'), sumOf('skipped'), failures.length];
  if (failed > 0) say(['Failures', ...failures.map((line) => `  ${line}`)].join('\n'));
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exit(failed === 0 ? 0 : 1);
}

/** The error in one line, without the stack. */
function brief(message = 'no message') {
  return message.split('\n    at ')[0].replaceAll(/\s+/g, ' ').slice(0, 300);
}
