import { join } from 'node:path';

import { runBeside, say } from './workspace.mjs';

// Both caches compare contents. A file whose own text is the same is not linted again when a type that it uses changed.
const cacheIn = (name) => [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  join('node_modules/.cache/checks', name),
];

const checks = [
  {
    title: 'Lint, with the dependency rule (eslint)',
    command: ['eslint', '.', '--max-warnings', '0', ...cacheIn('eslint')],
    remedy: 'Try npx eslint . --fix',
  },
  {
    title: 'Format (prettier)',
    command: ['prettier', '--check', '--log-level', 'warn', '.', ...cacheIn('prettier')],
    remedy: 'Run npx prettier --write .',
  },
  {
    title: 'Unused code (knip)',
    command: ['knip'],
    remedy: 'Remove the files, exports and dependencies above, or import them.',
  },
  {
    title: 'Types (tsc)',
    command: ['tsc', '-p', 'tsconfig.check.json'],
    remedy: 'The lines above name the file and the line.',
  },
];

/** Runs all checks one after the other, and prints each when it ends. @returns the failed checks, a line each */
export async function runChecks() {
  const failures = [];
  for (const { title, command, remedy } of checks) {
    const started = performance.now();
    const { ok, output } = await runBeside(command[0], command.slice(1));
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    say(`${title}: ${ok ? 'passed' : 'FAILED'} after ${seconds} s${output.trim() && `\n${output.trimEnd()}`}`);
    if (!ok) failures.push(`${title}: ${remedy}`);
  }
  return failures;
}
