import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { root } from '../checks/source-files.js';
import { adrIndexPage } from './adr-index-page.js';
import { readCodes } from './coded-errors.js';
import { configurationPage } from './configuration-page.js';
import { dependencyRulePage } from './dependency-rule-page.js';
import { errorsPage } from './errors-page.js';

const docs = join(root, 'docs');

// `npm run docs` writes these pages.
test('the generated pages are up to date', async () => {
  await expect(configurationPage()).toMatchFileSnapshot(join(docs, 'reference', 'configuration.md'));
  await expect(dependencyRulePage()).toMatchFileSnapshot(join(docs, 'reference', 'dependency-rule.md'));
  await expect(errorsPage()).toMatchFileSnapshot(join(docs, 'reference', 'errors.md'));
  await expect(adrIndexPage(join(docs, 'adr'))).toMatchFileSnapshot(join(docs, 'adr', 'README.md'));
});

test('the errors page lists exactly the codes of the error classes', () => {
  const page = readFileSync(join(docs, 'reference', 'errors.md'), 'utf8');
  const listed = [...page.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].flatMap(([, codes = '']) =>
    codes.split(', ').map((code) => code.slice(1, -1)),
  );
  expect([...new Set(listed)].toSorted()).toEqual(readCodes());
});

test.each([
  ['transport', 'libs/transport/conformance', '## Of every transport'],
  ['runtime', 'libs/runtimes/conformance', '## Of every runtime that runs functions'],
])('the guarantees page lists the tests of the %s conformance suite, word for word', (_, folder, heading) => {
  const guarantees = join(root, folder, 'src', 'guarantees');
  const tested = readdirSync(guarantees).flatMap((file) =>
    [...readFileSync(join(guarantees, file), 'utf8').matchAll(/^ {2}'([^']+)': async/gm)].map(([, name]) => name!),
  );
  const page = readFileSync(join(docs, 'reference', 'guarantees.md'), 'utf8');
  const [chapter = ''] = page.slice(page.indexOf(heading) + heading.length).split('\n## ', 1);
  const listed = [...chapter.matchAll(/^\* (.+)$/gm)].map(([, name]) => name!);
  expect(tested.length).toBeGreaterThanOrEqual(20);
  expect(listed.toSorted()).toEqual(tested.toSorted());
});
