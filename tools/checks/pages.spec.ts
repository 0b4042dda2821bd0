import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { describe, expect, test } from 'vitest';

import { root } from './source-files.js';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
/** Besides tracked files, those that the generator makes for a function named `hello`, as the pages do. */
const known = [...tracked, ...tracked.map((path) => path.replaceAll('__name__', 'hello').replace(/\.template$/, ''))];
const pages = tracked.filter((path) => path.endsWith('.md'));
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** File names in backticks, with or without the end of their folder's path: `settle-job.ts`, `src/settle-job.ts`. */
const filesNamedIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([\w./-]*\w\.(?:ts|mjs|mts))`/g)].map(([, name]) => name!);

/** Targets of links within the repository, without what follows `#`. */
const linksIn = (text: string): readonly string[] =>
  [...text.matchAll(/\]\((?!\w+:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);

describe.each(pages)('%s', (page) => {
  // A decision keeps the names that were true when it was taken.
  test.skipIf(page.startsWith('docs/adr/'))('names only source files that exist', () => {
    const missing = filesNamedIn(textOf(page)).filter(
      (name) => !known.some((path) => path === name || path.endsWith(`/${name}`)),
    );
    expect(missing).toEqual([]);
  });

  test('links only to files that exist', () => {
    const missing = linksIn(textOf(page)).filter((target) => !existsSync(join(root, dirname(page), target)));
    expect(missing).toEqual([]);
  });

  test('links to no file outside the repository', () => {
    const outside = linksIn(textOf(page)).filter((target) => normalize(join(dirname(page), target)).startsWith('..'));
    expect(outside).toEqual([]);
  });
});

test('every package has a README', () => {
  const packages = tracked
    .filter((path) => /^(apps|libs|tools)\/.*package\.json$/.test(path))
    .map((path) => dirname(path));
  expect(packages.filter((folder) => !tracked.includes(`${folder}/README.md`))).toEqual([]);
});
