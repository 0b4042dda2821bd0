import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { version } from './version.js';

test('the release is the version of package.json', () => {
  const release = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(release)).toMatchObject({ version: version.release });
});
