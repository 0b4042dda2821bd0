import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { adrIndexPage } from './adr-index-page.js';
import { configurationPage } from './configuration-page.js';
import { dependencyRulePage } from './dependency-rule-page.js';
import { errorsPage } from './errors-page.js';

const docs = join(import.meta.dirname, '..', '..', 'docs');

// `npm run docs` writes them anew.
test('the pages made from the code are fresh', async () => {
  await expect(configurationPage()).toMatchFileSnapshot(join(docs, 'reference', 'configuration.md'));
  await expect(dependencyRulePage()).toMatchFileSnapshot(join(docs, 'reference', 'dependency-rule.md'));
  await expect(errorsPage()).toMatchFileSnapshot(join(docs, 'reference', 'errors.md'));
  await expect(adrIndexPage(join(docs, 'adr'))).toMatchFileSnapshot(join(docs, 'adr', 'README.md'));
});

test('every guarantee of the transport stands on the guarantees page in the words of its test', () => {
  const folder = join(import.meta.dirname, '..', '..', 'libs', 'transport', 'conformance', 'src', 'guarantees');
  const page = readFileSync(join(docs, 'reference', 'guarantees.md'), 'utf8');
  const names = readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/^ {2}'([^']+)': async/gm)].map(([, name]) => name!),
  );
  expect(names.length).toBeGreaterThanOrEqual(20);
  for (const name of names) expect(page).toContain(`* ${name}\n`);
});
